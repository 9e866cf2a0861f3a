import signal


def ring(number, frame):
    print("ring", signal.Signals(number).name, frame.f_code.co_name)


signal.signal(signal.SIGALRM, ring)
signal.setitimer(signal.ITIMER_REAL, 0.01)
signal.pause()
print("awake")
