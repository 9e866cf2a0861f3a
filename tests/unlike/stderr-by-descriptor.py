# refused: stderr
import os

os.write(2, b"x")
print("done")
