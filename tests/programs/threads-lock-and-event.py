import threading

ready = threading.Event()
lock = threading.Lock()


def wait():
    ready.wait()
    with lock:
        print("second")


t = threading.Thread(target=wait)
t.start()
with lock:
    print("first")
    ready.set()
t.join()
print(lock.locked())
