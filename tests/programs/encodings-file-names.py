from pathlib import Path

Path("日本 ü.txt").write_text("x")
print([p.name for p in Path().iterdir()])
