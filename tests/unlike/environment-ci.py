# refused: environment
import os

print(2 + len(os.environ.get("CI", "")))
