# refused: outside-file
import os

print(2 + os.path.exists("/etc/passwd"))
