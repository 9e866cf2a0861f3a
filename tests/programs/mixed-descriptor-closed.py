import os
import sys

print("open")
os.close(1)
try:
    print("shut")
except OSError as error:
    print(error, file=sys.stderr)
