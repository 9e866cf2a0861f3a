# refused: folder
from pathlib import Path

print(Path("x.txt").resolve().parent.name)
