# refused: outside-file
from pathlib import Path

print(Path("/opt").is_dir())
