# refused: environment
import os

print(os.environ.copy().get("LANG"))
