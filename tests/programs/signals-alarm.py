import signal
import time

rings = []
signal.signal(signal.SIGALRM, lambda number, frame: rings.append(number))
signal.setitimer(signal.ITIMER_REAL, 0.01)
while not rings:
    time.sleep(0.001)
print("awake", signal.Signals(rings[0]).name)
