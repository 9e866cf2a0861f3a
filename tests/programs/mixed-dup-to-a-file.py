import os

saved = os.dup(1)
f = os.open("out.txt", os.O_CREAT | os.O_RDWR)
os.dup2(f, 1)
print("into the file")
os.dup2(saved, 1)
print("back:", open("out.txt").read(), end="")
