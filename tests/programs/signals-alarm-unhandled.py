import signal
import time

print("waiting")
signal.setitimer(signal.ITIMER_REAL, 0.01)
time.sleep(60)
print("never")
