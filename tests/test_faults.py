"""Every fault in `faults/` is refused, in these words, and nothing is written.

A fault is a text file: a sentence; what it changes in the project `tiny`; what the
terminal then says. `@@ FILE` edits a file (lines that go, lines that come, lines around
them), `@@ new FILE [as ENCODING] [crlf]` writes one, `@@ without FILE` takes one away.
`@@ says` is compared whole; `<*>` stands for what differs between runs.

`python tests/test_faults.py NAME …` writes what is said now: read the diff.
"""

import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from nnanki.cli import main
from nnanki.model.project import load
from nnanki.release.update import update
from nnanki.stages.examine import quiet

HERE = Path(__file__).parent
FAULTS = sorted((HERE / "faults").glob("*.txt"))
FIRST = {path.stem.partition("-")[0]: path for path in reversed(FAULTS)}.values()
SECTION = re.compile(r"^@@ (.+)\n", re.MULTILINE)
PACKAGE = Path("dist/tiny.apkg")
IGNORED = shutil.ignore_patterns("__pycache__", ".nnanki_cache", "dist")


@dataclass(frozen=True)
class Fault:
    """One file of the corpus."""

    sections: list[tuple[str, str]]

    @classmethod
    def read(cls, path: Path) -> "Fault":
        _, *parts = SECTION.split(path.read_text(encoding="utf-8"))
        return cls(list(zip(parts[::2], parts[1::2], strict=True)))

    @property
    def said(self) -> str:
        return dict(self.sections)["says"].strip("\n")

    def commit(self, root: Path) -> None:
        """Bring the fault into a project."""
        for head, body in self.sections:
            match head.split():
                case ["says"]:
                    pass
                case ["without", name]:
                    (root / name).unlink()
                case ["new", name, *encoding]:
                    text = body.replace("\n", "\r\n") if "crlf" in encoding else body
                    coding = encoding[1] if encoding[:1] == ["as"] else "utf-8"
                    (root / name).parent.mkdir(parents=True, exist_ok=True)
                    (root / name).write_bytes(text.encode(coding))
                case [name]:
                    path = root / name
                    path.write_text(edited(path.read_text("utf-8"), body), "utf-8")
                case _:
                    raise ValueError(f"no such section: @@ {head}")


def edited(text: str, change: str) -> str:
    """A text after a change written as a diff; what it takes away stands there once."""
    lines = change.rstrip("\n").split("\n")
    old = "".join(line[1:] + "\n" for line in lines if line[:1] in ("", " ", "-"))
    new = "".join(line[1:] + "\n" for line in lines if line[:1] in ("", " ", "+"))
    assert text.count(old) == 1, f"stands {text.count(old)} times: {old!r}"
    return text.replace(old, new)


def snapshot(root: Path) -> dict[str, tuple[bytes, int]]:
    """Every file with its bytes and its time; the cache is the tool's own."""
    return {
        path.relative_to(root).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in root.rglob("*")
        if path.is_file() and ".nnanki_cache" not in path.parts
    }


def spoken(output: str, root: Path) -> str:
    return output.replace(str(root), "ROOT").strip("\n")


def masked(output: str, expected: str) -> str:
    """The expected text itself, where the output is equal up to `<*>`."""
    pattern = re.escape(expected).replace(re.escape("<*>"), ".*")
    return expected if re.fullmatch(pattern, output) else output


@pytest.fixture(name="proved", scope="session")
def proved_fixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return proved_in(tmp_path_factory.mktemp("faults") / "tiny")


def proved_in(root: Path) -> Path:
    """The tiny project with a fresh lock, a package, and a warm cache."""
    shutil.copytree(HERE / "tiny", root, ignore=IGNORED)
    update(load(root), quiet, now=1_700_000_000).write()
    (root / PACKAGE).parent.mkdir()
    (root / PACKAGE).write_bytes(b"the package of before")
    return root


@pytest.mark.parametrize("path", FAULTS, ids=lambda path: path.stem)
def test_a_fault_is_refused_and_nothing_is_written(
    path: Path, proved: Path, tmp_path: Path
) -> None:
    """Both commands exit alike, say the same, and leave every file as it was.

    One of them is enough for all faults of a group but its first.
    """
    root = Path(shutil.copytree(proved, tmp_path / "tiny"))
    fault = Fault.read(path)
    fault.commit(root)
    before = snapshot(root)
    runs = [
        CliRunner().invoke(main, ["-C", str(root), command], catch_exceptions=False)
        for command in (("check", "build") if path in FIRST else ("build",))
    ]
    code = 2 if path.stem.startswith("settings-") else 1
    assert {run.exit_code for run in runs} == {code}
    for run in runs:
        assert masked(spoken(run.output, root), fault.said) == fault.said
    assert snapshot(root) == before


def test_each_fault_says_what_to_do() -> None:
    """Every refusal ends in a hint, in a line of its own."""
    silent = {
        path.stem
        for path in FAULTS
        for block in Fault.read(path).said.split("\n\n")
        if not re.fullmatch(r"\d+ cards?, .*", block) and "\nhint: " not in block
    }
    assert silent == set()


def test_without_a_fault_the_same_project_is_built(
    proved: Path, tmp_path: Path
) -> None:
    """The corpus would prove nothing, were the project refused anyway."""
    root = Path(shutil.copytree(proved, tmp_path / "tiny"))
    run = CliRunner().invoke(main, ["-C", str(root), "build"], catch_exceptions=False)
    assert (run.exit_code, run.output.split("\n")[0]) == (
        0,
        "4 cards, 2 symbols, 0 problems",
    )
    assert (root / PACKAGE).read_bytes() != b"the package of before"


def rewrite(names: list[str]) -> None:
    """Write what the terminal says now into the faults of these names, or into all."""
    with tempfile.TemporaryDirectory() as folder:
        proved = proved_in(Path(folder) / "proved")
        for path in FAULTS:
            if names and path.stem not in names:
                continue
            root = Path(shutil.copytree(proved, Path(folder) / path.stem / "tiny"))
            fault = Fault.read(path)
            fault.commit(root)
            output = CliRunner().invoke(main, ["-C", str(root), "check"]).output
            said = masked(spoken(output, root), fault.said)
            head = path.read_text(encoding="utf-8").partition("@@ says\n")[0]
            path.write_text(f"{head}@@ says\n{said}\n", encoding="utf-8")


if __name__ == "__main__":
    rewrite(sys.argv[1:])
