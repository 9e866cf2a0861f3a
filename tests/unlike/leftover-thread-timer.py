# refused: leftover-thread
import threading

t = threading.Timer(1000, print, ["never"])
t.daemon = True
t.start()
print("done")
