"""After any changes, an answer from the cache is the answer without it."""

import ast
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnanki.model.disk.cache import Cache
from nnanki.model.disk.dependency import TREE, digest_now
from nnanki.model.disk.reader import Reader
from nnanki.model.disk.records import FOLDER

FILES = ("a.txt", "m.py", "sub/b.txt", "sub/n.py", "link")
FOLDERS = ("sub", "sub/b.txt", "other")
VARIABLES = ("NNANKI_ONE", "NNANKI_TWO")
TEXTS = (
    "",
    "x",
    "y",
    "def f():\n    return 1\n",
    "def f():\n    return 2\n",
    "def f():\n    return 1  # one\n\ndef g():\n    pass\n",
    "def f(:\n",
)
Change = Callable[[Path], None]


# -- what a program may ask, answered by the system itself ----------------------------


def content(path: Path) -> Any:
    try:
        return path.read_bytes()
    except OSError as error:
        return type(error).__name__


def meant(path: Path) -> Any:
    """What a function does: comments are no part of it."""
    try:
        body = ast.parse(content(path)).body
    except (SyntaxError, TypeError):
        return None
    found = [ast.unparse(node) for node in body if getattr(node, "name", "") == "f"]
    return found or None


def kind(path: Path) -> Any:
    link = os.readlink(path) if path.is_symlink() else None  # noqa: PTH115
    return path.exists(), path.is_file(), path.is_dir(), link


def facts(path: Path) -> Any:
    try:
        known = path.stat()
    except OSError as error:
        return type(error).__name__
    return known.st_size, known.st_mtime_ns, known.st_mode, known.st_ino


def names(path: Path) -> Any:
    try:
        found = sorted(os.listdir(path))  # noqa: PTH208
    except OSError as error:
        return type(error).__name__
    return [(name, kind(path / name)) for name in found]


def everything(root: Path) -> Any:
    """What a process that was started may see."""
    paths = sorted(
        path for path in root.rglob("*") if ".nnanki_cache" not in path.parts
    )
    return [(path, kind(path), path.is_dir() or content(path)) for path in paths]


def asked(seen: Reader, root: Path, question: tuple[str, str]) -> tuple[str, Any]:
    """The name of a dependency and the answer; what the tool reads is read its way."""
    verb, what = question
    path = root / what
    if verb == "read":
        with suppress(OSError):
            return what, seen.read(what)
        return what, content(path)
    if verb == "glob":
        found = [found.name for found in seen.glob(what, "*.py")]
        return f"glob::{what}::*.py", found
    if verb == "unit":
        return f"{what}::f", meant(path)
    if verb == "env":
        return f"env::{what}", os.environ.get(what)
    if verb == "tree":
        return TREE, everything(root)
    answers = {"exists": kind, "stat": facts, "list": names}
    return f"{verb}::{what}", answers[verb](path)


def computed(root: Path, plan: list[tuple[str, str]]) -> tuple[str, dict[str, str]]:
    """What a program answers, and what it has asked: answers lead to questions."""
    seen, said, stamps = Reader(root), hashlib.sha256(), {}
    at = 0
    for _ in range(3):
        name, answer = asked(seen, root, plan[at % len(plan)])
        stamps[name] = digest_now(root, name)
        said.update(repr(answer).encode())
        at += 1 + said.digest()[0] % 2
    return said.hexdigest(), stamps | (seen.stamps() or {})


def answered(root: Path, plan: list[tuple[str, str]]) -> str:
    """The same from the cache, if it is there."""
    cache, key = Cache(Reader(root)), hashlib.sha256(repr(plan).encode()).hexdigest()
    known = cache.get(key, str)
    if known is None:
        known, stamps = computed(root, plan)
        cache.put(key, known, stamps)
    return str(known)


# -- changes --------------------------------------------------------------------------


def write(name: str, text: str) -> Change:
    return lambda root: done(lambda: (root / name).write_text(text, "utf-8"))


def replace(name: str, text: str) -> Change:
    """Another file in its place, with the time of before or an older one."""

    def change(root: Path) -> None:
        new = root.parent / "new"
        new.write_text(text, "utf-8")
        was = (root / name).stat().st_mtime_ns if (root / name).is_file() else 1
        os.utime(new, ns=(was, was))
        new.replace(root / name)

    return lambda root: done(lambda: change(root))


def remove(name: str) -> Change:
    return lambda root: done(lambda: (root / name).unlink())


def rename(name: str, other: str) -> Change:
    return lambda root: done(lambda: (root / name).rename(root / other))


def chmod(name: str, mode: int) -> Change:
    return lambda root: done(lambda: (root / name).chmod(mode))


def link(name: str) -> Change:
    def change(root: Path) -> None:
        (root / "link").unlink(missing_ok=True)
        (root / "link").symlink_to(name)

    return lambda root: done(lambda: change(root))


def folder(name: str) -> Change:
    return lambda root: done(lambda: (root / name).mkdir())


def no_folder(name: str) -> Change:
    return lambda root: shutil.rmtree(root / name, ignore_errors=True)


def variable(name: str, value: str | None) -> Change:
    def change(_: Path) -> None:
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value

    return change


def done(change: Callable[[], object]) -> None:
    """A change, where it can be made."""
    with suppress(OSError):
        change()


file, text = st.sampled_from(FILES), st.sampled_from(TEXTS)
place = st.sampled_from(FOLDERS)
changes = st.one_of(
    st.builds(write, file, text),
    st.builds(replace, file, text),
    st.builds(remove, file),
    st.builds(rename, file, file),
    st.builds(chmod, file, st.sampled_from((0o600, 0o644, 0o755))),
    st.builds(link, st.sampled_from(("a.txt", "m.py", "sub", "nowhere"))),
    st.builds(folder, place),
    st.builds(no_folder, place),
    st.builds(rename, place, place),
    st.builds(
        variable, st.sampled_from(VARIABLES), st.sampled_from((None, "", "1", "2"))
    ),
)
ALL = ("read", "exists", "stat", "list", "unit", "glob", "env", "tree")
PLACES = {
    "env": VARIABLES,
    "glob": ("sub", "other", "."),
    "list": ("sub", "."),
    "exists": ("link", "sub", "a.txt"),
    "tree": ("",),
}


def questions(verbs: tuple[str, ...]) -> st.SearchStrategy[list[tuple[str, str]]]:
    """What programs that use some verbs alone ask."""
    anywhere = (*FILES, *FOLDERS, "none")
    one = [
        st.tuples(st.just(verb), st.sampled_from(PLACES.get(verb, anywhere)))
        for verb in verbs
    ]
    return st.lists(st.one_of(one), min_size=3, max_size=5)


@contextmanager
def project() -> Iterator[Path]:
    """A folder and an environment that are as before afterwards."""
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        for known in VARIABLES:
            patch.delenv(known, raising=False)
            patch.setenv(known, "1")
        root = Path(name) / "project"
        (root / "sub").mkdir(parents=True)
        (root / FOLDER).mkdir()
        (root / "a.txt").write_text("x", "utf-8")
        (root / "m.py").write_text(TEXTS[3], "utf-8")
        yield root


@pytest.mark.parametrize("verbs", [ALL, *((verb,) for verb in ALL)], ids="+".join)
@settings(max_examples=60)
@given(st.data(), st.lists(changes, min_size=3, max_size=10))
def test_cached_and_cold_answers_agree(
    verbs: tuple[str, ...], data: st.DataObject, later: list[Change]
) -> None:
    """Programs that read at random, and random changes of what they read."""
    plans = data.draw(st.lists(questions(verbs), min_size=1, max_size=3))
    with project() as root:
        for change in (lambda _: None, *later):
            change(root)
            for plan in plans:
                assert answered(root, plan) == computed(root, plan)[0]


@settings(max_examples=50)
@given(st.lists(st.tuples(st.just("read"), file), min_size=3, max_size=5), text)
def test_a_change_taken_back_is_not_computed_again(
    plan: list[tuple[str, str]], other: str
) -> None:
    """As long as contents alone were read."""
    with project() as root:
        before = answered(root, plan)
        write("a.txt", other)(root)
        answered(root, plan)
        write("a.txt", "x")(root)
        key = hashlib.sha256(repr(plan).encode()).hexdigest()
        assert Cache(Reader(root)).get(key, str) == before
