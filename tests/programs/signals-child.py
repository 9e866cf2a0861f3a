import os
import signal

signal.signal(signal.SIGUSR1, lambda n, f: print("parent hears its child"))
if (pid := os.fork()) == 0:
    os.kill(os.getppid(), signal.SIGUSR1)
    os._exit(0)
os.waitpid(pid, 0)
print("end")
