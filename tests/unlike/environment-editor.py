# refused: environment
import os

try:
    print(os.environ["EDITOR"])
except KeyError as error:
    print("not set:", error)
