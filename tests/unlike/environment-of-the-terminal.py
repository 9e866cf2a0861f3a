# refused: environment
import os

for name in os.environ:
    if name == "TERM":
        print(name, os.environ[name])
