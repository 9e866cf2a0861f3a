# refused: outside-file
import os

path = "/tmp/nnanki-corpus-written.txt"
with open(path, "w") as f:
    print(f.write("x"))
os.remove(path)
