import threading

data = threading.local()
data.x = 1


def look():
    print(hasattr(data, "x"))


t = threading.Thread(target=look)
t.start()
t.join()
print(data.x)
