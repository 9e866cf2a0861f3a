# refused: folder
import os

print(os.getcwd())
