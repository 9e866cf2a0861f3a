# refused: entropy
import os

print(len(os.getrandom(4)))
