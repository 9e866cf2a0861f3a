# refused: folder
import tempfile

with tempfile.TemporaryDirectory() as folder:
    print(len(folder))
