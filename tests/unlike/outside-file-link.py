# refused: outside-file
import os

os.symlink("/etc/passwd", "here")
print(open("here").readline()[:4])
