# refused: leftover-process
import os
import time

if os.fork() == 0:
    time.sleep(3)
    os._exit(0)
print("parent is done")
