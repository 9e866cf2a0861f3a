# refused: folder
from pathlib import Path

print(len(Path.cwd().parts))
