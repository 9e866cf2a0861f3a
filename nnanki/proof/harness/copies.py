"""Copies of a project in which its tests and mutants run, so that it stays as it is.

What broken code does to files nobody can foresee, and several processes at a time would
do it to the same files.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import site
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nnanki.model.card import Place
from nnanki.model.disk import definitions
from nnanki.model.disk.dependency import UNIT
from nnanki.model.problem import Problem, Refused
from nnanki.proof.harness.listing import above, listing, top

HOMES = ("HOME", "USERPROFILE")
SCRATCH = ("TMPDIR", "TEMP", "TMP")
ELSEWHERE = ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
FIRST, TRIAL = "first", "trial"  # homes of the run of all tests, and of each trial


@dataclass(frozen=True)
class Copy:
    """One copy: `project` lies in `folder`, beside homes for what runs there."""

    folder: Path
    project: Path
    origin: Path  # the folder that this one is a copy of, which nobody changes

    def environment(self, root: Path) -> dict[str, str]:
        """Variables by which programs find a home, a temporary folder, and modules."""
        home = self.folder / FIRST
        variables = {
            name: text for name, text in os.environ.items() if name not in ELSEWHERE
        }
        variables |= dict.fromkeys(HOMES, str(home))
        variables |= dict.fromkeys(SCRATCH, str(home / "tmp"))
        if site.ENABLE_USER_SITE:  # it would be looked for in the new home
            variables["PYTHONUSERBASE"] = site.getuserbase()
        if paths := os.environ.get("PYTHONPATH"):
            places = (self.moved(path, root) for path in paths.split(os.pathsep))
            variables["PYTHONPATH"] = os.pathsep.join(places)
        return variables

    def moved(self, path: str, root: Path) -> str:
        """A place of the project, in the copy, if it was copied."""
        if not path or not Path(path).is_relative_to(root):
            return path
        inside = self.project / Path(path).relative_to(root)
        return str(inside) if inside.exists() else path


@dataclass
class Copies:
    """A folder that is thrown away: what was read of a project, and copies of that.

    The bytes of each file are read once; `digests` are of these, whatever becomes of
    the project's files meanwhile. Copied are also `places`, files and folders, and what
    `patterns` mean, although Git may ignore them.
    """

    root: Path
    places: Sequence[str] = ()
    patterns: Sequence[str] = ()
    digests: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.scratch = tempfile.TemporaryDirectory(
            prefix="nnanki-", ignore_cleanup_errors=True
        )
        self.folder = Path(self.scratch.name).resolve()
        self.inside = Path("project", self.root.relative_to(top(self.root).parent))
        origin = self.folder / "origin"
        self.original = Copy(origin, origin / self.inside, origin)
        try:
            self.fill()
        except OSError as error:
            self.scratch.cleanup()
            raise Refused(self.uncopied(error)) from None

    def __enter__(self) -> Copies:
        return self

    def __exit__(self, *_: object) -> None:
        """Throw it all away but the digests, and the texts of which units are known."""
        for name in self.places:
            path = self.original.project / name
            if path.is_file():
                with contextlib.suppress(OSError, ValueError):
                    self.texts[name] = path.read_text(encoding="utf-8-sig")
        self.scratch.cleanup()

    # -- making copies ----------------------------------------------------------------

    def fill(self) -> None:
        """Read the project's files, once."""
        original = self.original
        original.project.mkdir(parents=True)
        for home in (FIRST, TRIAL):
            (original.folder / home / "tmp").mkdir(parents=True)
        for path in above(self.root):
            up = len(self.root.parts) - len(path.parent.parts)
            _copy(path, original.project.parents[up - 1] / path.name)
        for name in listing(self.root, self.places, self.patterns):
            try:
                self.take(name)
            except FileNotFoundError:
                pass  # it was deleted a moment ago
            except OSError as error:
                error.filename = self.root / name
                raise

    def take(self, name: str) -> None:
        """Copy a file, or a link; what leads out of the project is copied itself."""
        path, copied = self.root / name, self.original.project / name
        copied.parent.mkdir(parents=True, exist_ok=True)
        if path.is_symlink():
            target = _target(path, self.root)
            if target is not None:
                copied.symlink_to(os.path.relpath(target, path.parent))
                return
            if not path.is_file():  # a folder elsewhere may be any size
                return
        self.digests[name] = _copy(path, copied)

    def make(self, number: int) -> Copy:
        """One more copy, in a folder of its own."""
        folder = self.folder / str(number)
        shutil.copytree(self.original.folder, folder, symlinks=True)
        return Copy(folder, folder / self.inside, self.original.folder)

    # -- what was read ----------------------------------------------------------------

    def stamps(self, names: Iterable[str]) -> dict[str, str]:
        """The digests of files and units as they were read, for those that were.

        `Cache` keeps these, so that a result depends on what the tests have met.
        """
        stamps = {name: self.digests[name] for name in names if name in self.digests}
        for name in names:
            file, colons, unit = name.partition(UNIT)
            if colons and file in self.texts:
                stamps[name] = definitions.digests(self.texts[file]).get(unit, "absent")
        return stamps

    def lacks(self, name: str) -> bool:
        """Whether something that lies in the project, or near it, was not copied."""
        path = Path(os.path.normpath(self.root / name))
        with contextlib.suppress(OSError, ValueError):
            if path.is_relative_to(self.root) and path.exists():
                return not (
                    self.original.project / path.relative_to(self.root)
                ).exists()
        return False

    def in_project(self, line: str) -> str:
        """What the process in a copy says, in JSON, with the places of the project."""
        number = re.escape(_quoted(self.folder)) + r"/\d+/"
        project = number + re.escape(_quoted(self.inside))
        line = re.sub(project, lambda _: _quoted(self.root), line)
        scratch = _quoted(Path(tempfile.gettempdir()))
        line = re.sub(f"{number}(?:{FIRST}|{TRIAL})/tmp", lambda _: scratch, line)
        return re.sub(f"{number}(?:{FIRST}|{TRIAL})", "~", line)

    def uncopied(self, error: OSError) -> Problem:
        """The problem with a project of which no copy can be made."""
        where = Path(str(error.filename or self.root))
        inside = where.is_relative_to(self.root)
        name = where.relative_to(self.root).as_posix() if inside else str(where)
        what = f"no copy of it can be made for the tests: {error.strerror}"
        hint = f"tests run in copies, which lie in {tempfile.gettempdir()}: `TMPDIR`"
        return Problem(Place(name, line=0), what, f"{hint} names another folder")


def _copy(path: Path, to: Path) -> str:
    """Copy a file's bytes, rights and times; the digest of these bytes."""
    status = path.stat()
    data = path.read_bytes()
    to.write_bytes(data)
    to.chmod(status.st_mode & 0o7777)
    os.utime(to, ns=(status.st_atime_ns, status.st_mtime_ns))
    return hashlib.sha256(data).hexdigest()


def _target(link: Path, root: Path) -> Path | None:
    """Where a link leads to inside of a folder; None where it leads out of it."""
    real = Path(os.path.realpath(link))
    if not real.is_relative_to(os.path.realpath(root)):
        return None
    near = Path(os.path.normpath(link.parent / os.readlink(link)))  # noqa: PTH115
    if near.is_relative_to(root):
        return near
    return root / real.relative_to(os.path.realpath(root))


def _quoted(path: Path) -> str:
    """A path as it stands in JSON."""
    return json.dumps(str(path))[1:-1]
