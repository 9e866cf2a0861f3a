import os
from pathlib import Path

for name in ("b/2", "a/1", "a/3"):
    Path(name).mkdir(parents=True)
for folder, folders, files in os.walk(".", topdown=True):
    folders.sort()
    print(folder, folders, files)
print(sorted(path.as_posix() for path in Path().rglob("*")))
with os.scandir("a") as entries:
    print(sorted((entry.name, entry.is_dir()) for entry in entries))
it = os.scandir("b")
print(next(it).name, next(it, "no more"))
it.close()
