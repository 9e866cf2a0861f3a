# refused: terminal
import os
import stat

print(stat.S_ISCHR(os.fstat(1).st_mode))
