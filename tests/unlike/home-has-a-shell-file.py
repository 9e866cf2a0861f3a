# refused: home
from pathlib import Path

print(Path("~/.bashrc").expanduser().exists())
