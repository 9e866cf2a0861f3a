# refused: environment
import os

print(len(os.environ))
