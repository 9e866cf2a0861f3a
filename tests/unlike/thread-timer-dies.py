# refused: thread
import threading

t = threading.Timer(0.001, lambda: 1 / 0)
t.start()
t.join()
print("done")
