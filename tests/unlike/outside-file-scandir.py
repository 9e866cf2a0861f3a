# refused: outside-file
import os

print(any(entry.name == "etc" for entry in os.scandir("/")))
