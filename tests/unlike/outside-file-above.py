# refused: outside-file
import os

print(len(os.listdir("..")) > 0)
