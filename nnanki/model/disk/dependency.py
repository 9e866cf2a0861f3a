"""What a result may depend on, by name, and the digest of what that is now.

A name is the path of a file from the project's folder, or says what is meant:

- `PATH`, or `file::PATH`: the bytes of a file; of a folder, what is in it.
- `PATH.py::UNIT`: what one function or class of a Python file means, or the rest of it.
- `exists::PATH`: what is there: a file, a folder, a link and where it leads, nothing.
- `import::PATH`: what there is that an import of this module may find: a package, a
  folder, source, bytecode, an extension.
- `stat::PATH`: all that `stat` tells, except when it was last read.
- `list::PATH`: the names in a folder, and what each of them is.
- `glob::FOLDER::PATTERN`: the paths below a folder that match.
- `env::NAME`: a variable in the environment of this process; with no name, all of
  them, but for those that each shell sets anew.
- `tree::`: all files of the project, but for environments, caches and `dist`.

The digest of bytes is SHA-256 in hexadecimal; what is not there has the digest
`absent`. So another process can say what it has read without importing this file.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from importlib.machinery import all_suffixes
from pathlib import Path

SEPARATOR = "::"
UNIT = SEPARATOR  # between a Python file and one of its functions or classes
ABSENT = "absent"
TREE = "tree::"
SHELLS = ("_", "OLDPWD", "PWD", "SHLVL")  # variables that a shell sets for itself
SLACK = 20_000_000  # nanoseconds by which the clock of a disk may be behind

# Folders that hold no sources, whatever Git thinks of them.
CACHES = {
    *(".git", ".hg", ".svn", ".jj", ".nnanki_cache", "__pycache__", ".hypothesis"),
    *(".pytest_cache", ".mypy_cache", ".ruff_cache", ".tox", ".nox", ".eggs"),
}
ENVIRONMENT = ("pyvenv.cfg", "conda-meta")  # what lies in an environment of Python


# -- names ----------------------------------------------------------------------------


def file(path: str) -> str:
    """The name of a file's bytes, also where its path looks like something else."""
    return f"file{SEPARATOR}{path}" if SEPARATOR in path else path


def unit(path: str, name: str) -> str:
    return f"{path}{UNIT}{name}"


def exists(path: str) -> str:
    return f"exists{SEPARATOR}{path}"


def module(path: str) -> str:
    return f"import{SEPARATOR}{path}"


def matches(folder: str, pattern: str) -> str:
    return f"glob{SEPARATOR}{folder}{SEPARATOR}{pattern}"


def parts(name: str) -> tuple[str, str]:
    """The kind of a name, and what stands behind it."""
    head, colons, rest = name.partition(SEPARATOR)
    if not colons:
        return "file", name
    return (head, rest) if head in KINDS else ("unit", name)


# -- digests --------------------------------------------------------------------------


def digest_now(root: Path, name: str) -> str:
    """The digest of what a name means now; it never raises for what is not there."""
    kind, rest = parts(name)
    try:
        return KINDS[kind](root, rest)
    except OSError as error:
        return of_error(error)
    except (ValueError, NotImplementedError, RecursionError):  # no path, no pattern
        return ABSENT


def contents(path: Path) -> bytes:
    """The bytes of a file; OSError also where reading would wait, as for a pipe."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        mode = os.fstat(handle).st_mode
        if not stat.S_ISREG(mode):
            raise OSError(errno.EISDIR if stat.S_ISDIR(mode) else errno.EINVAL, "")
        with os.fdopen(handle, "rb", buffering=0, closefd=False) as stream:
            return stream.read()
    finally:
        os.close(handle)


def of_bytes(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def of_error(error: OSError) -> str:
    """The digest of what cannot be read: that it is not there, or why else."""
    if error.errno in (None, errno.ENOENT):
        return ABSENT
    return errno.errorcode.get(error.errno, ABSENT)


def of_variable(value: str | None) -> str:
    return ABSENT if value is None else of_bytes(os.fsencode(value))


def of_variables() -> str:
    """The digest of all variables."""
    variables = os.environ.items()
    return summed(f"{name}={text}" for name, text in variables if name not in SHELLS)


def of_unit(data: bytes, name: str) -> str:
    """The digest of one function or class, or of what is left without them."""
    from nnanki.model.disk import definitions  # only where code is looked into

    return definitions.digests(data.decode("utf-8-sig")).get(name, ABSENT)


def of_file(path: Path) -> str:
    try:
        return of_bytes(contents(path))
    except IsADirectoryError:
        return of_list(path)


def of_list(path: Path) -> str:
    """The digest of the names in a folder, with what each is."""
    return summed(f"{there(path / name)} {name}" for name in os.listdir(path))  # noqa: PTH208 -- names alone


def of_stat(path: Path) -> str:
    """The digest of what is told of a path; of a link that leads nowhere, its text."""
    try:
        return f"{there(path)} {facts(path.stat())}"
    except OSError:
        return there(path)


def there(path: Path) -> str:
    """`file`, `folder`, `other` or `absent`; of a link also where it leads."""
    link = ""
    try:
        if stat.S_ISLNK(path.lstat().st_mode):
            link = f"link {path.readlink()} to "
        mode = path.stat().st_mode
    except OSError as error:
        return link + of_error(error)
    kinds = ((stat.S_ISREG, "file"), (stat.S_ISDIR, "folder"))
    return link + next((name for test, name in kinds if test(mode)), "other")


def facts(status: os.stat_result) -> str:
    """All that tells that a file was changed, replaced, or given other rights."""
    # With the time of the last change to the inode, which no program can set back as
    # `cp -p` and `touch` set back the other.
    numbers = (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)
    owner = (status.st_mode, status.st_uid, status.st_gid, status.st_nlink)
    return " ".join(map(str, (*numbers, *owner)))


def of_tree(root: Path) -> str:
    """The digest of all files of a project, by all that `stat` tells of them.

    Nothing is read, so it is cheap; a file that is written anew counts as changed.
    Where one changed just now, this waits: any later change has another time.
    """
    lines, newest = _tree(root)
    if newest > time.time_ns() - SLACK:
        time.sleep(SLACK / 1e9)
        lines, _ = _tree(root)
    return summed(lines)


def _tree(root: Path) -> tuple[list[str], int]:
    lines, newest = [], 0
    for path in sources(root):
        try:
            status = path.lstat()
        except OSError:  # gone in this moment
            continue
        name = path.relative_to(root).as_posix()
        if stat.S_ISDIR(status.st_mode):
            lines.append(f"{name} folder {status.st_mode}")
            continue
        newest = max(newest, status.st_ctime_ns)
        lines.append(f"{name} {facts(status)}")
        if stat.S_ISLNK(status.st_mode):
            lines.append(f"{name} leads to {_behind(path)}")
    return lines, newest


def _behind(link: Path) -> str:
    try:
        return of_stat(link)
    except OSError as error:
        return of_error(error)


def sources(root: Path) -> Iterator[Path]:
    """All files and folders of a project that a program may mean to read."""
    for folder, folders, files in os.walk(root):
        here = Path(folder)
        # In place, because the walk goes on into what this list still holds.
        folders[:] = [name for name in folders if not _is_output(root, here / name)]
        yield from (here / name for name in (*folders, *files))


def _is_output(root: Path, folder: Path) -> bool:
    """Whether a folder is an environment, a cache, or what nnanki itself builds."""
    if folder.name in CACHES or folder == root / "dist":
        return True
    return any((folder / name).exists() for name in ENVIRONMENT)


def globbed(root: Path, folder: Path, pattern: str) -> list[str]:
    """The paths below a folder that match, in their order; none that Python makes."""
    paths = (path for path in folder.glob(pattern) if "__pycache__" not in path.parts)
    inside = folder.is_relative_to(root)
    return sorted(
        (path.relative_to(root) if inside else path).as_posix() for path in paths
    )


def of_import(path: Path) -> str:
    """The digest of what an import of this name may find, of all that Python tries."""
    ends = ("/__init__.py", *all_suffixes())
    existing = [end for end in ends if Path(f"{path}{end}").exists()]
    return summed([*existing, *(["folder"] if path.exists() else [])])


def summed(words: Iterable[str]) -> str:
    return of_bytes(b"\0".join(sorted(os.fsencode(word) for word in words)))


def _unit(root: Path, rest: str) -> str:
    path, _, name = rest.rpartition(UNIT)
    return of_unit(contents(root / path), name)


def _glob(root: Path, rest: str) -> str:
    folder, _, pattern = rest.rpartition(SEPARATOR)
    return summed(globbed(root, root / folder, pattern))


KINDS: dict[str, Callable[[Path, str], str]] = {
    "file": lambda root, path: of_file(root / path),
    "unit": _unit,
    "exists": lambda root, path: there(root / path),
    "stat": lambda root, path: of_stat(root / path),
    "import": lambda root, path: of_import(root / path),
    "list": lambda root, path: of_list(root / path),
    "glob": _glob,
    "env": lambda _, name: (
        of_variable(os.environ.get(name)) if name else of_variables()
    ),
    "tree": lambda root, _: of_tree(root),
}
