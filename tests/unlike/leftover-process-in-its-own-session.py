# refused: leftover-process
import os
import time

if (pid := os.fork()) == 0:
    os.setsid()
    if os.fork() == 0:
        for number in range(3):
            os.close(number)
        time.sleep(3)
    os._exit(0)
os.waitpid(pid, 0)
print("done")
