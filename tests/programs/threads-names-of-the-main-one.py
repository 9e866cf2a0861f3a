import threading

print(threading.current_thread().name, threading.active_count())
print(threading.main_thread() is threading.current_thread())
print([t.name for t in threading.enumerate()])
