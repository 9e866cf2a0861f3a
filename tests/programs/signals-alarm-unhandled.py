import signal

print("waiting")
signal.setitimer(signal.ITIMER_REAL, 0.01)
signal.pause()
print("never")
