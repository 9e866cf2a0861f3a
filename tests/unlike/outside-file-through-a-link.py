# refused: outside-file
import os

here = os.getcwd()
deep = "/".join("abcdefghijklmnop")
os.makedirs(deep)
os.chdir(deep)
os.symlink("../" * 16 + "etc/passwd", here + "/up")
os.chdir(here)
with open("up") as file:
    print("root" in file.read())
