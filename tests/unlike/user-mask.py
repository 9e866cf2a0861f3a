# refused: user
import os

open("a", "w").close()
print(oct(os.stat("a").st_mode))
