from pathlib import Path, PurePosixPath

folder = Path("a/b")
folder.mkdir(parents=True)
(folder / "c.tar.gz").write_text("hi")
p = next(Path().rglob("*.gz"))
print(p, p.parent, p.name, p.stem, p.suffixes, p.stat().st_size)
print(PurePosixPath("/tmp/x").relative_to("/tmp"), p.with_suffix(".zip"))
print(sorted(str(q) for q in Path().glob("**/*")))
