# refused: home
import os

print(len(os.path.expanduser("~")))
