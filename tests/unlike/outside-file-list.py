# refused: outside-file
import os

print("bin" in os.listdir("/"))
