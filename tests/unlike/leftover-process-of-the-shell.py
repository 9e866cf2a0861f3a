# refused: leftover-process
import os

os.system("sleep 3 >/dev/null 2>&1 &")
print("done")
