import os
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as folder:
    path = Path(folder, "x")
    path.write_text("data")
    print(path.read_text(), os.listdir(folder))
print(path.exists())
with tempfile.TemporaryFile("w+") as f:
    f.write("gone when closed")
    f.seek(0)
    print(f.read())
