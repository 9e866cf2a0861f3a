# refused: listing
from pathlib import Path

for name in ("b.txt", "a.txt", "c.txt"):
    Path(name).write_text("")
print([path.stem for path in Path().iterdir()])
