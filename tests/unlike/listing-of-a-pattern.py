# refused: listing
import glob
from pathlib import Path

for name in ("b.txt", "a.txt", "c.txt"):
    Path(name).write_text("")
print([name.partition(".")[0] for name in glob.glob("*.txt")])
