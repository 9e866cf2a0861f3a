from pathlib import Path

print(Path(__file__).name)
print(Path(__file__).read_text().splitlines()[0])
print(Path(__file__).parent == Path.cwd())
