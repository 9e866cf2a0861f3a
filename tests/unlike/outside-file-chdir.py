# refused: outside-file
import os

os.chdir("/etc")
print(os.path.exists("passwd"))
