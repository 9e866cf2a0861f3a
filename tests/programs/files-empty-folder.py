import os
from pathlib import Path

print(os.listdir("."), list(Path().iterdir()))
Path("notes.txt").touch()
print(os.listdir("."))
