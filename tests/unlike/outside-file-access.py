# refused: outside-file
import os

print(os.access("/bin/sh", os.X_OK))
