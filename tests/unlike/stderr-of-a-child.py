# refused: stderr
import os

os.system("echo trouble >&2")
print("done")
