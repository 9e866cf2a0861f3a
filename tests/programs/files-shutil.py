import shutil
from pathlib import Path

Path("src").mkdir()
Path("src/a.txt").write_text("a")
print(shutil.copytree("src", "dst"), shutil.move("dst/a.txt", "b.txt"))
shutil.rmtree("src")
print(sorted(p.name for p in Path().iterdir()), list(Path("dst").iterdir()))
