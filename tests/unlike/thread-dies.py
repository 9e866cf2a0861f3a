# refused: thread
import threading


def work():
    return {}["missing"]


t = threading.Thread(target=work)
t.start()
t.join()
print("done")
