# refused: stderr
import atexit
import sys

atexit.register(print, "late", file=sys.stderr)
print("done")
