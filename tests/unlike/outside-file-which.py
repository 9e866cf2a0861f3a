# refused: outside-file
import shutil

print(shutil.which("git") is not None)
