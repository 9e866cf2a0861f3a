"""What is kept rests on what was read, comes back when that does, and never lies."""

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from nnanki.model.disk import records
from nnanki.model.disk.cache import Cache
from nnanki.model.disk.dependency import SLACK, TREE
from nnanki.model.disk.form import fits
from nnanki.model.disk.reader import Reader
from nnanki.model.disk.records import FOLDER

KEY = "abcdef"


def begun(root: Path) -> Cache:
    """The cache of a new run, long after whatever was written."""
    time.sleep(2 * SLACK / 1e9)
    return Cache(Reader(root))


def length(root: Path, name: str = "a.txt") -> int:
    """A result that depends on one file, computed only if it has to be."""
    cache = Cache(Reader(root))
    known = cache.get(KEY, int)
    if known is not None:
        return int(known)
    reader = Reader(root)
    found = len(reader.read(name))
    stamps = reader.stamps()
    cache.put(KEY, found, stamps)
    return found


def kept(root: Path) -> list[Path]:
    return sorted((root / FOLDER).rglob("*.json"))


@pytest.fixture(name="root")
def root_fixture(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text("one", "utf-8")
    (tmp_path / "b.txt").write_text("three", "utf-8")
    return tmp_path


def test_a_change_that_is_taken_back_costs_nothing(root: Path) -> None:
    """Results of all versions are there; nothing is computed twice."""
    for text in ("one", "three", "five!!"):
        (root / "a.txt").write_text(text, "utf-8")
        assert length(root) == len(text)
    for text in ("three", "one", "five!!"):
        (root / "a.txt").write_text(text, "utf-8")
        assert Cache(root).get(KEY) == len(text)


def test_versions_may_depend_on_different_things(root: Path) -> None:
    """One version read another file than the next."""
    cache = Cache(root)
    cache.put(KEY, "by a", {"a.txt": cache.reader.now("a.txt"), "c.txt": "absent"})
    Cache(root).put(KEY, "by c", {"c.txt": hashlib.sha256(b"c").hexdigest()})
    assert Cache(root).get(KEY) == "by a"
    (root / "c.txt").write_text("c", "utf-8")
    assert Cache(root).get(KEY) == "by c"
    (root / "c.txt").unlink()
    (root / "a.txt").unlink()
    assert Cache(root).get(KEY) is None


def test_only_so_many_versions_stay(root: Path) -> None:
    """The oldest goes; one that was of use is no longer the oldest."""
    for n in range(records.MOST):
        (root / "a.txt").write_text("x" * n, "utf-8")
        length(root)
        os.utime(max(kept(root), key=lambda path: path.stat().st_mtime_ns), (n, n))
    (root / "a.txt").write_text("", "utf-8")
    assert Cache(root).get(KEY) == 0
    for n in range(100, 103):
        (root / "a.txt").write_text("x" * n, "utf-8")
        length(root)
    assert len(kept(root)) == records.MOST
    (root / "a.txt").write_text("", "utf-8")
    assert Cache(root).get(KEY) == 0
    (root / "a.txt").write_text("x", "utf-8")
    assert Cache(root).get(KEY) is None


def test_what_nobody_used_for_long_goes(root: Path) -> None:
    """Of any key; so does what a killed run left, and what an older nnanki wrote."""
    length(root)
    folder = root / FOLDER
    (folder / "12").mkdir()
    (folder / "12" / "34.json").write_text("of another time", "utf-8")
    (folder / "12" / "34.4711").write_text("half", "utf-8")
    (folder / "12" / "35.4712").write_text("is being written", "utf-8")
    os.utime(folder / "12" / "34.json", (1, 1))
    os.utime(folder / "12" / "34.4711", (1, 1))
    os.utime(folder / records.SWEPT, (1, 1))
    (root / "a.txt").write_text("another", "utf-8")
    length(root)
    assert len(kept(root)) == 2
    assert [path.name for path in (folder / "12").iterdir()] == ["35.4712"]
    assert Cache(root).get(KEY) == 7


def test_the_folder_has_a_bound(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond it the oldest go, whatever their key."""
    monkeypatch.setattr(records, "MOST_OF_ALL", 5)
    for n in range(9):
        records.add(root, f"{n}{n}{n}", {}, n)
        (path,) = (root / FOLDER / f"{n}{n}").rglob("*.json")
        os.utime(path, (1e9 + n, 1e9 + n))
    monkeypatch.setattr(records, "OLD", 1e12)
    os.utime(root / FOLDER / records.SWEPT, (1, 1))
    records.add(root, "fff", {}, 9)
    assert len(kept(root)) == 5
    assert Cache(root).get("888") == 8
    assert Cache(root).get("000") is None


# -- what was read is what is kept ----------------------------------------------------


def test_a_file_that_was_read_in_two_versions_spoils_the_run(root: Path) -> None:
    """Nobody knows which of them a result is of."""
    cache = Cache(Reader(root))
    cache.reader.read("a.txt")
    (root / "a.txt").write_text("two", "utf-8")
    cache.reader.read("a.txt")
    cache.put(KEY, 1, {"b.txt": cache.reader.now("b.txt")})
    assert Cache(root).get(KEY) is None
    assert cache.reader.stamps() is None


def test_a_worker_that_read_another_version_spoils_the_run(root: Path) -> None:
    """What it says is compared with what this process has read."""
    cache = Cache(Reader(root))
    cache.reader.read("a.txt")
    cache.put(KEY, 1, {"a.txt": hashlib.sha256(b"two").hexdigest()})
    assert kept(root) == []
    assert cache.reader.stamps() is None


def test_what_nobody_knows_is_not_kept(root: Path) -> None:
    """Neither is the whole, but what else is known is."""
    cache = Cache(Reader(root))
    cache.put(KEY, 1, None)
    cache.put("123456", 2, {"a.txt": cache.reader.now("a.txt")})
    assert Cache(root).get(KEY) is None
    assert Cache(root).get("123456") == 2
    assert cache.reader.stamps() is None


def test_a_run_rests_on_what_its_results_rest_on(root: Path) -> None:
    """Taken from the cache or put there: files that this process never read count."""
    length(root)
    cache = Cache(Reader(root))
    assert cache.get(KEY) == 3
    cache.put("123456", 2, {"b.txt": cache.reader.now("b.txt")})
    assert set(cache.reader.stamps() or ()) == {"a.txt", "b.txt"}


def replaced(path: Path) -> None:
    """Another file in its place, with an older time: `cp -p`, `mv`, `rsync -t`."""
    new = path.with_name("new")
    new.write_text("two", "utf-8")
    os.utime(new, (1, 1))
    new.replace(path)


def rewritten(path: Path) -> None:
    """Another content, and the time of before."""
    was = path.stat()
    path.write_text("two", "utf-8")
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))


def there_and_back(path: Path) -> None:
    """Another content for a moment, which somebody else may have read."""
    was = path.read_text("utf-8")
    rewritten(path)
    path.write_text(was, "utf-8")


def gone(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("change", [replaced, rewritten, there_and_back, gone])
@pytest.mark.parametrize("looked", [True, False], ids=["looked at", "not looked at"])
@pytest.mark.parametrize("name", ["a.txt", "sub/a.txt"])
def test_what_changed_while_others_read_it_is_not_kept(
    root: Path, change: Callable[[Path], None], looked: bool, name: str
) -> None:
    """Whether this process knew the file before or not."""
    (root / "sub").mkdir()
    (root / name).write_text("one", "utf-8")
    (root / "new").write_text("", "utf-8")
    cache = begun(root)
    if looked:
        cache.reader.now(name)
    change(root / name)
    cache.keep(KEY, 1, [name])
    assert kept(root) == []
    assert cache.reader.stamps() is None


def test_what_did_not_change_is_kept(root: Path) -> None:
    """Of files, of their absence, of units, of folders, of the whole tree."""
    (root / "m.py").write_text("def f():\n    pass\n", "utf-8")
    (root / "sub").mkdir()
    cache = begun(root)
    names = [
        "a.txt",
        "none",
        "m.py::f",
        "list::sub",
        "glob::.::*.py",
        "env::HOME",
        TREE,
    ]
    for name in names[3:]:
        cache.reader.now(name)
    cache.keep(KEY, 1, names)
    assert Cache(root).get(KEY) == 1


def test_what_comes_into_the_folder_spoils_no_absence(root: Path) -> None:
    """The cache itself, on the first run, and what the tests leave there."""
    cache = begun(root)
    (root / "left.txt").write_text("", "utf-8")
    cache.keep(KEY, 1, ["none"])
    assert Cache(root).get(KEY) == 1


def test_a_tree_that_changed_is_not_kept(root: Path) -> None:
    """Who starts a process asks for the tree before, and settles it afterwards."""
    cache = begun(root)
    cache.reader.now(TREE)
    there_and_back(root / "b.txt")
    cache.keep(KEY, 1, [TREE])
    assert kept(root) == []


def test_units_are_those_of_the_bytes_that_were_read(root: Path) -> None:
    """A unit of a file that was read is not looked up in another version of it."""
    (root / "m.py").write_text("def f():\n    return 1\n", "utf-8")
    cache = Cache(Reader(root))
    cache.reader.read("m.py")
    (root / "m.py").write_text("def f():\n    return 2\n", "utf-8")
    cache.put(KEY, 1, {"m.py::f": cache.reader.now("m.py::f")})
    assert kept(root) == []


# -- what anybody can write -----------------------------------------------------------


def shapes(record: list[Any]) -> Iterator[list[Any]]:
    """The lines of a record with each value, at any depth, replaced by others."""
    for odd in (None, 1, [], ["a"], {}, {"a": []}, "x", True, 1.5):
        for n, line in enumerate(record):
            for changed in _elsewhere(line, odd):
                yield [*record[:n], changed, *record[n + 1 :]]


def _elsewhere(value: Any, odd: Any) -> Iterator[Any]:
    if value != odd:
        yield odd
    if isinstance(value, dict):
        for key in value:
            yield from ({**value, key: c} for c in _elsewhere(value[key], odd))
            yield {k: v for k, v in value.items() if k != key}
    if isinstance(value, list):
        for n, item in enumerate(value):
            changed = _elsewhere(item, odd)
            yield from ([*value[:n], c, *value[n + 1 :]] for c in changed)


def test_a_record_of_any_other_form_is_as_if_absent(root: Path) -> None:
    """Even with the right sum; whoever asks says which form he can take."""
    form = {"passed": {str: int}, "trials": [{"fate": str, "said?": str}]}
    good = {"passed": {"t": 1}, "trials": [{"fate": "killed", "said": "no"}]}
    cache = Cache(root)
    cache.put(KEY, good, {"a.txt": cache.reader.now("a.txt")})
    (path,) = kept(root)
    whole = [json.loads(line) for line in path.read_text("utf-8").split("\n")[1:]]
    for lines in shapes(whole):
        body = "\n".join(json.dumps(line) for line in lines)
        path.write_text(f"{hashlib.sha256(body.encode()).hexdigest()}\n{body}", "utf-8")
        found = Cache(root).get(KEY, form)
        assert found is None or fits(found, form), lines


@pytest.mark.parametrize(
    "text",
    [b"", b"\xff", b"{}", b"1\n2\n3", b"[" * 100_000, b"\n\n\n", b"null\nnull\nnull"],
)
def test_what_is_no_record_is_as_if_absent(root: Path, text: bytes) -> None:
    """Without a sum, or with the right one."""
    length(root)
    (path,) = kept(root)
    for head in (b"", hashlib.sha256(text).hexdigest().encode() + b"\n"):
        path.write_bytes(head + text)
        assert Cache(root).get(KEY) is None
    assert length(root) == 3


def test_a_cache_that_cannot_be_written_does_no_harm(root: Path) -> None:
    """A file lies where the folder should."""
    (root / FOLDER).write_text("", "utf-8")
    assert length(root) == 3
    assert length(root) == 3


def test_many_runs_at_once_leave_whole_records(root: Path) -> None:
    """Each writes a file of its own and puts it in place at once."""
    children = []
    for number in range(4):
        child = os.fork()
        if child == 0:
            for n in range(50):
                stamps = {"none": "absent", f"{number}-{n % 3}": "absent"}
                records.add(root, KEY, stamps, "x" * 10_000 * (n % 3))
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    assert 1 <= len(list(records.of(root, KEY))) == len(kept(root))
    assert all(path.suffix == ".json" for path in kept(root)[0].parent.iterdir())
