import signal

signal.signal(signal.SIGUSR1, lambda n, f: print("got", n == signal.SIGUSR1))
signal.raise_signal(signal.SIGUSR1)
print("after")
signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.raise_signal(signal.SIGTERM)
print("ignored")
