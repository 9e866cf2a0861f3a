# refused: year
import os
import time

open("a.txt", "w").close()
print(time.localtime(os.path.getmtime("a.txt")).tm_year)
