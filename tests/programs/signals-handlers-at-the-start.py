import signal

for name in ["SIGINT", "SIGTERM", "SIGPIPE", "SIGCHLD", "SIGHUP", "SIGUSR1"]:
    print(name, getattr(signal.getsignal(getattr(signal, name)), "__name__", signal.getsignal(getattr(signal, name))))
print(signal.pthread_sigmask(signal.SIG_BLOCK, []))
