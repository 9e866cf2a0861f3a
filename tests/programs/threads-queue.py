import queue
import threading


def consume():
    while (item := q.get()) is not None:
        print("got", item)


q = queue.Queue()
t = threading.Thread(target=consume)
t.start()
for item in "abc":
    q.put(item)
q.put(None)
t.join()
print("done", q.qsize())
