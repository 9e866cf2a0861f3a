"""What a result depends on has a digest that changes when it does, and not else."""

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from nnanki.model.disk import dependency
from nnanki.model.disk.dependency import ABSENT, SLACK, TREE, digest_now

MODULE = "import os\n\ndef one():\n    return 1\n\ndef two():\n    return 2\n"


@pytest.fixture(name="root")
def root_fixture(tmp_path: Path) -> Path:
    """A folder with a bit of everything."""
    root = tmp_path / "project"
    (root / "data" / "inner").mkdir(parents=True)
    (root / "a.txt").write_text("a", "utf-8")
    (root / "m.py").write_text(MODULE, "utf-8")
    (root / "data" / "x.csv").write_text("1,2", "utf-8")
    (root / "link").symlink_to("a.txt")
    (root / "nowhere").symlink_to("none")
    return root


def write(name: str, text: str) -> Callable[[Path], object]:
    return lambda root: (root / name).write_text(text, "utf-8")


def remove(name: str) -> Callable[[Path], object]:
    return lambda root: (root / name).unlink()


def folder(name: str) -> Callable[[Path], object]:
    return lambda root: (root / name).mkdir(parents=True)


def lead(name: str, where: str) -> Callable[[Path], object]:
    def done(root: Path) -> None:
        (root / name).unlink()
        (root / name).symlink_to(where)

    return done


def older(name: str, text: str) -> Callable[[Path], object]:
    """Another file of the same size in its place, with the same time."""

    def done(root: Path) -> None:
        was = (root / name).stat()
        (root / "new").write_text(text, "utf-8")
        os.utime(root / "new", ns=(was.st_atime_ns, was.st_mtime_ns))
        (root / "new").replace(root / name)

    return done


def touch(name: str) -> Callable[[Path], object]:
    return lambda root: os.utime(root / name, ns=(1, 1))


def chmod(name: str) -> Callable[[Path], object]:
    return lambda root: (root / name).chmod(0o600)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("a.txt", write("a.txt", "b")),
        ("a.txt", older("a.txt", "b")),
        ("a.txt", remove("a.txt")),
        ("new.txt", write("new.txt", "")),
        ("link", write("a.txt", "b")),
        ("data", write("data/y.csv", "")),
        ("m.py::one", write("m.py", MODULE.replace("return 1", "return 3"))),
        ("m.py::", write("m.py", f"import sys\n{MODULE}")),
        ("m.py::one", remove("m.py")),
        ("m.py::three", write("m.py", f"{MODULE}\ndef three():\n    pass\n")),
        ("exists::new", folder("new")),
        ("exists::new", write("new", "")),
        ("exists::a.txt", remove("a.txt")),
        ("exists::link", lead("link", "m.py")),
        ("exists::link", remove("a.txt")),
        ("stat::a.txt", write("a.txt", "ab")),
        ("stat::a.txt", touch("a.txt")),
        ("stat::a.txt", chmod("a.txt")),
        ("stat::a.txt", older("a.txt", "b")),
        ("stat::new", write("new", "")),
        ("stat::nowhere", lead("nowhere", "none either")),
        ("stat::nowhere", remove("nowhere")),
        ("import::new", folder("new")),
        ("import::new", write("new.py", "")),
        ("import::m", folder("m")),
        ("import::m", remove("m.py")),
        ("list::data", write("data/y.csv", "")),
        ("list::data", remove("data/x.csv")),
        ("list::.", lead("link", "data")),
        ("list::new", folder("new")),
        ("glob::data::*.csv", write("data/y.csv", "")),
        ("glob::data::**/*.csv", write("data/inner/y.csv", "")),
        ("glob::data::*.csv", remove("data/x.csv")),
        ("glob::new::*", folder("new/x")),
        (TREE, write("a.txt", "b")),
        (TREE, older("a.txt", "b")),
        (TREE, write("data/inner/y", "")),
        (TREE, folder("data/other")),
        (TREE, chmod("a.txt")),
        (TREE, touch("m.py")),
        (TREE, lead("link", "m.py")),
        (TREE, remove("data/x.csv")),
        (TREE, write(".hidden", "")),
    ],
)
def test_a_change_is_noticed(
    root: Path, name: str, change: Callable[[Path], object]
) -> None:
    """Whoever depends on what was changed sees another digest, each time the same."""
    before = digest_now(root, name)
    assert digest_now(root, name) == before
    time.sleep(SLACK / 1e9)  # the clock of a disk is coarse: another time, another stat
    change(root)
    after = digest_now(root, name)
    assert after != before
    assert digest_now(root, name) == after


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("a.txt", touch("a.txt")),
        ("a.txt", write("m.py", "")),
        ("data", write("data/x.csv", "other")),
        ("m.py::one", write("m.py", MODULE.replace("return 2", "return 3  # three"))),
        ("m.py::one", write("m.py", f"# a word\n{MODULE}")),
        ("exists::a.txt", write("a.txt", "other")),
        ("stat::a.txt", write("m.py", "")),
        ("list::data", write("data/x.csv", "other")),
        ("glob::data::*.csv", write("data/x.txt", "")),
        ("glob::data::**/*", folder("data/__pycache__")),
        (TREE, lambda root: (root / "a.txt").read_bytes()),
        (TREE, folder("dist")),
        (TREE, folder(".nnanki_cache/ab")),
        (TREE, folder("data/__pycache__")),
        (TREE, folder(".git/objects")),
    ],
)
def test_what_does_not_matter_is_not_noticed(
    root: Path, name: str, change: Callable[[Path], object]
) -> None:
    """A question that has the same answer has the same digest."""
    folder("venv")(root)
    (root / "venv" / "pyvenv.cfg").write_text("", "utf-8")
    before = digest_now(root, name)
    (root / "venv" / "lib.py").write_text("", "utf-8")
    change(root)
    assert digest_now(root, name) == before


def test_a_tree_sees_a_change_of_the_same_moment(root: Path) -> None:
    """The same size, the same clock tick: whoever looked waited until it had passed."""
    for n in range(10):
        (root / "a.txt").write_text(str(n), "utf-8")
        before = digest_now(root, TREE)
        (root / "a.txt").write_text(str(9 - n), "utf-8")
        assert digest_now(root, TREE) != before


def test_a_variable_counts_with_its_value_and_its_absence(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another value, none and an empty one are three things."""
    found = []
    for value in ("1", "2", ""):
        monkeypatch.setenv("NNANKI_TRIED", value)
        found.append(digest_now(root, "env::NNANKI_TRIED"))
    monkeypatch.delenv("NNANKI_TRIED")
    found.append(digest_now(root, "env::NNANKI_TRIED"))
    assert len(set(found)) == 4
    assert found[-1] == ABSENT


def test_another_process_can_say_the_same(root: Path) -> None:
    """Digests of bytes are SHA-256 in hexadecimal, and absences are `absent`."""
    assert digest_now(root, "a.txt") == hashlib.sha256(b"a").hexdigest()
    assert digest_now(root, "none") == ABSENT
    assert digest_now(root, "exists::data") == "folder"
    assert digest_now(root, "exists::a.txt") == "file"
    assert digest_now(root, "exists::link") == "link a.txt to file"
    assert digest_now(root, "exists::none") == ABSENT


def test_a_path_that_looks_like_a_name_is_a_path(root: Path) -> None:
    """A file may be called like a unit of another file, or like a question."""
    for odd in ("a.txt::b", "list::data", "env::HOME"):
        path = root / odd
        path.write_text("odd", "utf-8")
        name = dependency.file(odd)
        assert digest_now(root, name) == hashlib.sha256(b"odd").hexdigest()
    assert dependency.file("a.txt") == "a.txt"


@pytest.mark.parametrize(
    "name",
    [
        *("", "\0", "a\0b::c", "none::", "glob::", "glob::x", "glob::.::/", "stat::\0"),
        *(
            "list::a.txt",
            "exists::a.txt/b",
            "a.txt/b",
            "tree::x",
            "unit::",
            "m.py::\ud800",
        ),
        *("glob::.::", "exists::", "env::", "env::=", "\udcff"),
    ],
)
def test_no_name_raises(root: Path, name: str) -> None:
    """Records are files that anybody can write into."""
    assert isinstance(digest_now(root, name), str)


def test_a_pipe_is_not_read(root: Path) -> None:
    """Nobody would ever write into it."""
    os.mkfifo(root / "pipe")
    assert digest_now(root, "pipe") not in (ABSENT, "")
    assert digest_now(root, "exists::pipe") == "other"


def test_a_loop_of_links_ends(root: Path) -> None:
    """Links that lead to one another, and to the folder that they lie in."""
    (root / "loop").symlink_to("loop")
    (root / "data" / "up").symlink_to("..")
    names = ("loop", "stat::loop", "exists::loop", "list::loop", TREE, "glob::.::**/*")
    assert all(digest_now(root, name) == digest_now(root, name) for name in names)
