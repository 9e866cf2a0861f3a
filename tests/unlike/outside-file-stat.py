# refused: outside-file
import os
import stat

print(stat.S_ISDIR(os.stat("/usr").st_mode))
