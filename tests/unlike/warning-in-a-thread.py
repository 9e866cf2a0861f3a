# refused: warning
import threading
import warnings

t = threading.Thread(target=warnings.warn, args=["from a thread"])
t.start()
t.join()
print("joined")
