# refused: home
from pathlib import Path

print(Path.home())
