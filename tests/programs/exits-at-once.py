import atexit
import os

atexit.register(print, "never")
print("no newline", end="")
os._exit(7)
