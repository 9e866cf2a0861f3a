# refused: clock
import os

open("x", "w").close()
print(os.stat("x").st_mtime)
