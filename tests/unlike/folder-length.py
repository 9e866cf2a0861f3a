# refused: folder
import os

print(2 + len(os.getcwd()))
