# refused: leftover-thread
import itertools
import threading
import time


def tick():
    for n in itertools.count():
        time.sleep(0.5)
        print("tick", n)


threading.Thread(target=tick, daemon=True).start()
print("done")
