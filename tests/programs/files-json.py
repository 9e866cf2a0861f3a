import json
from pathlib import Path

Path("x.json").write_text(json.dumps({"b": [1, 2.5, None], "a": "é"}, sort_keys=True, indent=2))
print(Path("x.json").read_text())
print(json.loads("[1, NaN, true]"))
json.loads("{'a': 1}")
