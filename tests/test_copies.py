"""What is copied of a project, and that a copy is restored whatever was done to it."""

import hashlib
import mmap
import os
import random
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from nnanki.model.problem import Refused
from nnanki.proof.harness.copies import Copies
from nnanki.proof.suite.folder import Folder
from nnanki.proof.suite.notices import Notices


def write(root: Path, *names: str) -> None:
    """Files that hold their own names."""
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)


def git(root: Path, *words: str) -> None:
    who = ("-c", "user.name=x", "-c", "user.email=x@example.org")
    command = ["git", "-C", str(root), *who, "-c", "protocol.file.allow=always"]
    subprocess.run([*command, *words], check=True, capture_output=True)


def repository(root: Path, *ignored: str) -> None:
    """Make a folder a repository in which all is committed that is not ignored."""
    (root / ".gitignore").write_text("".join(f"{name}\n" for name in ignored))
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "all")


def seen(root: Path) -> dict[str, tuple[object, ...]]:
    """All that can be seen of a folder, but when it was changed."""
    found: dict[str, tuple[object, ...]] = {}
    for path in sorted(root.rglob("*")):
        known = path.lstat()
        held: object = None
        if path.is_symlink():
            held = path.readlink()
        elif path.is_file():
            held = path.read_bytes()
        found[path.relative_to(root).as_posix()] = (known.st_mode, held)
    return found


def copied(root: Path, *places: str, patterns: tuple[str, ...] = ()) -> set[str]:
    """The names of all files and links of a copy."""
    with Copies(root, places, patterns) as copies:
        copy = copies.make(0)
        return {
            path.relative_to(copy.project).as_posix()
            for path in copy.project.rglob("*")
            if path.is_symlink() or not path.is_dir()
        }


@pytest.fixture
def root(tmp_path: Path) -> Path:
    place = tmp_path.resolve() / "mine"
    write(place, "pyproject.toml", "m.py", "tests/test_m.py", "data/a.txt")
    return place


LITTER = (
    ".venv/lib/x.py",
    "env/lib/python/y.py",
    "__pycache__/m.pyc",
    "tests/__pycache__/m.pyc",
    ".nnanki_cache/ab/c.json",
    ".pytest_cache/v",
    ".mypy_cache/v",
    ".ruff_cache/v",
    ".hypothesis/examples/v",
    "node_modules/x/y.js",
)
SOURCES = {"pyproject.toml", "m.py", "tests/test_m.py", "data/a.txt"}


# -- what is copied -------------------------------------------------------------------


def test_without_git_all_is_copied_but_environments_caches_and_dist(root: Path) -> None:
    write(root, *LITTER, "dist/mine.apkg", "data/dist/kept.txt", ".hidden", "build/x")
    write(root, ".venv/pyvenv.cfg", "env/pyvenv.cfg")
    assert copied(root) == SOURCES | {"data/dist/kept.txt", ".hidden", "build/x"}


def test_with_git_what_it_ignores_is_left_out(root: Path) -> None:
    write(root, "build/mine.txt", "big.bin", "dist/mine.apkg")
    repository(root, "build", "*.bin", "dist")
    write(root, "new.py")
    assert copied(root) == SOURCES | {".gitignore", "new.py"}


def test_with_git_environments_and_caches_are_left_out_though_nobody_ignores_them(
    root: Path,
) -> None:
    repository(root)
    write(root, *LITTER, ".venv/pyvenv.cfg", "env/pyvenv.cfg")
    assert copied(root) == SOURCES | {".gitignore"}


def test_a_file_is_copied_as_it_is_now_not_as_it_was_committed(root: Path) -> None:
    write(root, "gone.py", "gone/too.py")
    repository(root)
    (root / "m.py").write_text("changed")
    (root / "gone.py").unlink()
    shutil.rmtree(root / "gone")
    with Copies(root) as copies:
        copy = copies.make(0).project
        assert (copy / "m.py").read_text() == "changed"
        assert not (copy / "gone.py").exists()
        assert not (copy / "gone").exists()


def test_tests_and_code_are_copied_even_where_git_ignores_them(root: Path) -> None:
    repository(root, "tests", "m.py")
    assert "m.py" not in copied(root)
    assert copied(root, "m.py", "tests") == SOURCES | {".gitignore"}


def test_what_the_settings_name_is_copied_even_where_git_ignores_it(root: Path) -> None:
    write(root, "data/b.bin", "data/sub/c.bin", "more/x", "more/y/z")
    repository(root, "*.bin", "more")
    assert "data/b.bin" not in copied(root)
    assert "data/b.bin" in copied(root, patterns=("data/*.bin",))
    assert "data/sub/c.bin" in copied(root, patterns=("data/**/*.bin",))
    assert {"more/x", "more/y/z"} < copied(root, patterns=("more",))


def test_a_folder_that_is_ignored_as_a_whole_is_copied_as_without_git(
    root: Path,
) -> None:
    write(root, "dist/mine.apkg")
    repository(root.parent, "mine")
    assert copied(root) == SOURCES


def test_submodules_and_repositories_inside_are_copied(root: Path) -> None:
    other = root.parent / "other"
    write(other, "lib.py", "made/x")
    repository(other, "made")
    repository(root)
    git(root, "submodule", "add", "-q", str(other), "sub")
    write(root, "sub/made/x", "sub/new.py", "inner/z.py", "inner/made/x")
    repository(root / "inner", "made")
    found = copied(root) - {".gitmodules", ".gitignore", *SOURCES}
    assert found >= {"sub/lib.py", "sub/new.py", "inner/z.py"}
    assert not found & {"sub/made/x", "inner/made/x"}
    assert not any(name.split("/")[-1] == ".git" and "/" not in name for name in found)


def test_a_submodule_that_was_never_fetched_is_an_empty_folder(root: Path) -> None:
    other = root.parent / "other"
    write(other, "lib.py")
    repository(other)
    repository(root)
    git(root, "submodule", "add", "-q", str(other), "sub")
    git(root, "commit", "-qam", "sub")
    git(root.parent, "clone", "-q", str(root), "clone")
    assert copied(root.parent / "clone") == SOURCES | {".gitignore", ".gitmodules"}


def test_of_a_repository_above_only_the_settings_of_tests_are_copied(
    root: Path,
) -> None:
    above = root.parent
    write(above, "pytest.ini", "conftest.py", "big.bin", "other/x.py")
    repository(above)
    assert copied(root) == SOURCES
    with Copies(root) as copies:
        copy = copies.make(0).project
        near = {path.name for path in copy.parent.iterdir()}
        assert near == {"mine", "pytest.ini", "conftest.py"}


def test_odd_names_are_copied(root: Path) -> None:
    odd = ["a b.txt", "ü.txt", "line\nbreak", "-dash", "back\\slash", "q'\".txt"]
    write(root, *odd)
    os.close(os.open(os.fsencode(root) + b"/\xff", os.O_CREAT))
    without = copied(root)
    repository(root)
    assert copied(root) - {".gitignore"} == without == SOURCES | {*odd, "\udcff"}


def test_pipes_and_sockets_are_no_files(root: Path) -> None:
    os.mkfifo(root / "pipe")
    assert copied(root) == SOURCES


def test_rights_and_times_are_copied(root: Path) -> None:
    (root / "m.py").chmod(0o754)
    os.utime(root / "m.py", ns=(10**18, 10**18 + 7))
    with Copies(root) as copies:
        known = (copies.make(0).project / "m.py").stat()
    assert stat.S_IMODE(known.st_mode) == 0o754
    assert known.st_mtime_ns == 10**18 + 7


def test_no_file_of_a_copy_is_a_file_of_the_project_or_of_another_copy(
    root: Path,
) -> None:
    os.link(root / "m.py", root / "twin.py")
    with Copies(root) as copies:
        places = (root, copies.make(0).project, copies.make(1).project)
        files = [p.stat() for place in places for p in place.rglob("*") if p.is_file()]
        assert len({known.st_ino for known in files}) == len(files) - 1


def test_copies_are_thrown_away(root: Path) -> None:
    with Copies(root) as copies:
        copies.make(0)
        (copies.folder / "0" / "first").chmod(0)
        assert copies.folder.is_dir()
    assert not copies.folder.exists()


# -- links ----------------------------------------------------------------------------


@pytest.mark.parametrize("absolute", [False, True])
@pytest.mark.parametrize("target", ["m.py", "data", "data/a.txt", "tests/../m.py"])
def test_a_link_that_stays_inside_leads_into_the_copy(
    root: Path, target: str, absolute: bool
) -> None:
    (root / "links").mkdir()
    to = root / target if absolute else Path("..", target)
    (root / "links" / "x").symlink_to(to)
    with Copies(root) as copies:
        copy = copies.make(0).project
        link = copy / "links" / "x"
        assert link.is_symlink()
        assert link.resolve() == (copy / target).resolve()


def test_a_link_to_a_file_elsewhere_becomes_a_file(root: Path) -> None:
    write(root.parent, "outside.txt")
    (root / "x").symlink_to(root.parent / "outside.txt")
    (root / "y").symlink_to("../outside.txt")
    with Copies(root) as copies:
        copy = copies.make(0).project
        for name in "xy":
            assert not (copy / name).is_symlink()
            assert (copy / name).read_text() == "outside.txt"


def test_a_link_to_a_folder_elsewhere_is_left_out(root: Path) -> None:
    write(root.parent, "outside/big.bin")
    (root / "x").symlink_to(root.parent / "outside")
    (root / "data" / "y").symlink_to("../../outside")
    (root / "z").symlink_to("/no/such/place")
    assert copied(root) == SOURCES
    with Copies(root) as copies:
        assert copies.lacks("x/big.bin")
        assert copies.lacks("data/y")
    assert copied(root, patterns=("x",)) == SOURCES | {"x/big.bin"}


def test_a_link_through_a_link_that_leads_out_leads_nowhere_else(root: Path) -> None:
    write(root.parent, "outside/sub/big.bin")
    (root / "x").symlink_to(root.parent / "outside")
    (root / "y").symlink_to("x/sub")
    (root / "v").symlink_to("x/sub/big.bin")
    with Copies(root) as copies:
        copy = copies.make(0).project
        for path in copy.rglob("*"):
            assert path.resolve().is_relative_to(copy)


def test_links_in_a_circle_do_no_harm(root: Path) -> None:
    (root / "x").symlink_to("y")
    (root / "y").symlink_to("x")
    (root / "data" / "self").symlink_to(".")
    (root / "data" / "up").symlink_to("..")
    assert copied(root) >= SOURCES


# -- digests --------------------------------------------------------------------------


def test_digests_are_of_the_bytes_that_were_copied(root: Path) -> None:
    (root / "m.py").write_text("def f():\n    return 1\n\n\ndef g():\n    return 2\n")
    before = (root / "m.py").read_bytes()
    with Copies(root, ["m.py"]) as copies:
        known = (root / "m.py").stat()
        (root / "m.py").write_text("def f():\n    return 3\n\n\ndef g():\n    pass\n")
        os.utime(root / "m.py", ns=(known.st_atime_ns, known.st_mtime_ns))
        assert (copies.make(0).project / "m.py").read_bytes() == before
    assert copies.digests["m.py"] == hashlib.sha256(before).hexdigest()
    stamps = copies.stamps(["m.py", "m.py::f", "m.py::g", "m.py::", "data", "nowhere"])
    assert stamps["m.py"] == copies.digests["m.py"]
    assert set(stamps) == {"m.py", "m.py::f", "m.py::g", "m.py::"}
    with Copies(root, ["m.py"]) as later:
        pass
    changed = later.stamps(stamps)
    assert {name for name in stamps if stamps[name] != changed[name]} == {
        "m.py",
        "m.py::f",
        "m.py::g",
    }


def test_what_a_copy_lacks_is_known(root: Path) -> None:
    write(root, "data/big.bin")
    repository(root, "*.bin")
    with Copies(root) as copies:
        assert copies.lacks("data/big.bin")
        assert copies.lacks(str(root / "data/big.bin"))
        assert not copies.lacks("data/a.txt")
        assert not copies.lacks("nowhere")
        assert not copies.lacks("/etc/passwd")
        assert not copies.lacks("\0")


def test_places_in_what_is_said_are_the_projects(root: Path) -> None:
    with Copies(root) as copies:
        copy = copies.make(3)
        line = f'{{"said": "{copy.project}/m.py, {copy.folder}/first/.x"}}'
        moved = copies.in_project(line)
    assert moved == f'{{"said": "{root}/m.py, ~/.x"}}'


def test_a_file_that_cannot_be_read_is_told(root: Path) -> None:
    (root / "x").symlink_to("/proc/self/mem")
    with pytest.raises(Refused, match="no copy of it can be made") as refused:
        Copies(root)
    assert refused.value.problem.place.path == "x"


# -- what is restored -----------------------------------------------------------------


def tree(root: Path) -> None:
    write(root, "a", "b", "x/a", "x/b", "x/y/a", "x/y/z/a", "w/a")
    (root / "empty").mkdir()
    (root / "link").symlink_to("x/a")
    (root / "x" / "up").symlink_to("../w")
    (root / "b").chmod(0o444)
    (root / "w").chmod(0o755)


ACTIONS: dict[str, Callable[[Path], object]] = {
    "write": lambda r: (r / "a").write_text("other"),
    "append": lambda r: (r / "a").open("a").close() or (r / "a").write_text("aa"),
    "delete": lambda r: (r / "a").unlink(),
    "delete a tree": lambda r: shutil.rmtree(r / "x"),
    "delete all": lambda r: [
        shutil.rmtree(p) if p.is_dir() and not p.is_symlink() else p.unlink()
        for p in r.iterdir()
    ],
    "litter": lambda r: write(r, ":memory:?", "x/new", "new/deep/file", "empty/x"),
    "make a pipe": lambda r: os.mkfifo(r / "pipe"),
    "rename": lambda r: (r / "a").rename(r / "c"),
    "rename a folder": lambda r: (r / "x").rename(r / "v"),
    "move over another": lambda r: (r / "x" / "a").replace(r / "a"),
    "swap two files": lambda r: (
        (r / "x" / "a").rename(r / "t"),
        (r / "x" / "b").rename(r / "x" / "a"),
        (r / "t").rename(r / "x" / "b"),
    ),
    "swap two folders": lambda r: (
        (r / "x").rename(r / "t"),
        (r / "w").rename(r / "x"),
        (r / "t").rename(r / "w"),
    ),
    "file becomes a folder": lambda r: ((r / "a").unlink(), write(r, "a/b/c")),
    "folder becomes a file": lambda r: (shutil.rmtree(r / "x"), write(r, "x")),
    "file becomes a link": lambda r: ((r / "a").unlink(), (r / "a").symlink_to("b")),
    "folder becomes a link": lambda r: (
        (r / "x").rename(r / "elsewhere"),
        (r / "x").symlink_to("elsewhere"),
    ),
    "folder becomes a link out": lambda r: (
        shutil.move(r / "x", r.parent / "moved"),
        (r / "x").symlink_to(r.parent / "moved"),
    ),
    "link becomes a file": lambda r: ((r / "link").unlink(), write(r, "link")),
    "link leads elsewhere": lambda r: (
        (r / "link").unlink(),
        (r / "link").symlink_to("b"),
    ),
    "write through a link": lambda r: (r / "x" / "up" / "a").write_text("other"),
    "hard link": lambda r: ((r / "c").hardlink_to(r / "a"), (r / "c").write_text("o")),
    "chmod": lambda r: [(r / n).chmod(m) for n, m in (("a", 0), ("x", 0o500))],
    "no rights to a tree": lambda r: [
        (r / n).chmod(0) for n in ("x/y/z/a", "x/y/z", "x/y", "x")
    ],
    "read-only litter": lambda r: (
        write(r, "new/deep/file"),
        (r / "new" / "deep").chmod(0o500),
        (r / "new").chmod(0),
    ),
    "times": lambda r: os.utime(r / "a", ns=(1, 1)),
    "empty the root": lambda r: ((r / "empty").rmdir(), r.chmod(0o500)),
}


def in_place(root: Path) -> None:
    """Change a byte, and set the time back."""
    known = (root / "a").stat()
    (root / "a").write_text("z" * known.st_size)
    os.utime(root / "a", ns=(known.st_atime_ns, known.st_mtime_ns))
    later = (root / "a").stat()
    assert (known.st_size, known.st_mtime_ns) == (later.st_size, later.st_mtime_ns)


def through_memory(root: Path) -> None:
    """Change a byte without a call that writes."""
    with (root / "a").open("r+b") as file, mmap.mmap(file.fileno(), 0) as memory:
        memory[0] = ord("z")


ACTIONS["change in place and set the time back"] = in_place
ACTIONS["change through memory"] = through_memory


def restorable(root: Path) -> tuple[Path, Path, Folder]:
    """A tree, its copy, and what restores the copy."""
    origin, copy, kept = (root / name for name in ("origin", "copy", "kept"))
    tree(origin)
    shutil.copytree(origin, copy, symlinks=True)
    kept.mkdir()
    return origin, copy, Folder(str(copy), f"{kept}/")


def times(root: Path) -> dict[str, int]:
    return {str(path): path.lstat().st_mtime_ns for path in root.rglob("*")}


@pytest.mark.parametrize("action", ACTIONS)
def test_whatever_was_done_is_undone(tmp_path: Path, action: str) -> None:
    origin, copy, folder = restorable(tmp_path)
    state = folder.adopt({}, str(origin))
    before, dated = seen(copy), times(copy)
    for _ in range(3):
        ACTIONS[action](copy)
        folder.restore(state)
        assert seen(copy) == before
        assert times(copy) == dated
        shutil.rmtree(tmp_path / "moved", ignore_errors=True)
    assert seen(origin) == before


@pytest.mark.parametrize("action", ACTIONS)
def test_where_the_kernel_tells_of_no_change_each_file_is_looked_at(
    tmp_path: Path, action: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On other systems, or where too many folders are watched."""
    monkeypatch.setattr(Notices, "watch", lambda *_: None)
    monkeypatch.setattr(Notices, "any", lambda _: True)
    test_whatever_was_done_is_undone(tmp_path, action)


@pytest.mark.parametrize("action", ACTIONS)
def test_the_kernel_tells_of_every_change_and_only_of_those(
    tmp_path: Path, action: str
) -> None:
    notices, root = Notices(), tmp_path / "root"
    tree(root)
    for folder in [root, *(path for path in root.rglob("*") if path.is_dir())]:
        notices.watch(str(folder))
    list(root.rglob("*"))
    (root / "a").read_bytes()
    assert not notices.any()
    ACTIONS[action](root)
    assert notices.any()
    assert not notices.any()


@pytest.mark.parametrize("seed", range(20))
def test_any_row_of_actions_is_undone(tmp_path: Path, seed: int) -> None:
    """Also where a later one fails, since an earlier one took its files."""
    origin, copy, folder = restorable(tmp_path)
    state = folder.adopt({}, str(origin))
    before = seen(copy)
    chance = random.Random(seed)
    for _ in range(4):
        for action in chance.sample(sorted(ACTIONS), 5):
            try:
                ACTIONS[action](copy)
            except OSError:
                continue
        folder.restore(state)
        assert seen(copy) == before
        shutil.rmtree(tmp_path / "moved", ignore_errors=True)


def test_nothing_is_touched_that_did_not_change(tmp_path: Path) -> None:
    tree(tmp_path / "origin")
    folder = Folder(str(tmp_path / "origin"), f"{tmp_path}/kept-")
    state = folder.adopt({}, "")
    inodes = {p: p.lstat().st_ino for p in (tmp_path / "origin").rglob("*")}
    (tmp_path / "origin/a").write_text("other")
    folder.restore(state)
    after = {p: p.lstat().st_ino for p in (tmp_path / "origin").rglob("*")}
    changed = {path for path in inodes if inodes[path] != after[path]}
    assert changed <= {tmp_path / "origin/a"}


def test_there_can_be_two_states_between_which_one_goes_back_and_forth(
    tmp_path: Path,
) -> None:
    origin, copy, folder = restorable(tmp_path)
    first = folder.adopt({}, str(origin))
    one = seen(copy)
    write(copy, "made/by/import", "x/new")
    (copy / "a").unlink()
    (copy / "b").unlink()
    (copy / "b").write_text("changed")
    second = folder.adopt(first, "")
    other = seen(copy)
    for _ in range(2):
        folder.restore(first)
        assert seen(copy) == one
        write(copy, "litter")
        folder.restore(second)
        assert seen(copy) == other
        (copy / "made/by/import").write_text("spoiled")
        folder.restore(second)
        assert seen(copy) == other
