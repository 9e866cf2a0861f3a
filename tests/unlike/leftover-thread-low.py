# refused: leftover-thread
import _thread
import time

_thread.start_new_thread(time.sleep, (1000,))
print("done")
