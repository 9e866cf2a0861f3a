# refused: user
from pathlib import Path

Path("mine.txt").write_text("")
print(Path("mine.txt").group())
