"""A confined process reaches what it was given, and nothing else; real processes."""

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from nnanki.running.child.landlock import available

FILE = Path(__file__).parents[1] / "nnanki" / "running" / "child" / "landlock.py"
REFUSED = {errno.EACCES, errno.EPERM, errno.EXDEV}
LOAD = f"""
import os, sys
from importlib.util import module_from_spec, spec_from_file_location
spec = spec_from_file_location("landlock", {str(FILE)!r})
landlock = module_from_spec(spec)
spec.loader.exec_module(landlock)
"""

# What one may do to a folder `place` in which lie `file`, `full/file` and `empty`.
WRITING = {
    "write": "open(place + '/file', 'a').write('more')",
    "truncate by opening": "open(place + '/file', 'w')",
    "create": "open(place + '/new', 'x')",
    "delete": "os.remove(place + '/file')",
    "delete a folder": "os.rmdir(place + '/empty')",
    "delete a tree": "import shutil; shutil.rmtree(place + '/full')",
    "make a folder": "os.mkdir(place + '/folder')",
    "make a link": "os.symlink('file', place + '/link')",
    "make a pipe": "os.mkfifo(place + '/pipe')",
    "make a socket": "import socket; socket.socket(1).bind(place + '/socket')",
    "rename": "os.rename(place + '/file', place + '/other')",
    "move to another folder": "os.rename(place + '/file', place + '/full/other')",
    "link into another folder": "os.link(place + '/file', place + '/full/other')",
    "keep a database": "import sqlite3\n"
    "sqlite3.connect(place + '/data').execute('create table t (n)')",
    "write from a child": "import subprocess\n"
    "subprocess.run(['sh', '-c', f'echo >> {place}/file'], check=True)",
}
TRUNCATING = {"truncate": "os.truncate(place + '/file', 0)"}
READING = {
    "read": "open(place + '/file').read()",
    "list": "os.listdir(place)",
    "run": "import subprocess; subprocess.run([place + '/run'], check=True)",
}
ALWAYS = {
    "/dev/null": "open('/dev/null', 'w').write('x'); open('/dev/null').read()",
    "/dev/urandom": "open('/dev/urandom', 'rb').read(1)",
    "a terminal": "a, b = os.openpty(); os.write(b, b'x'); os.ttyname(b)\n"
    "open(os.ttyname(b), 'w').write('x'); os.get_terminal_size(b)",
    "a pipe": "a, b = os.pipe(); os.write(b, b'x')",
    "locks": "import multiprocessing; multiprocessing.Lock().acquire()",
    "shared memory": "from multiprocessing.shared_memory import SharedMemory\n"
    "s = SharedMemory(create=True, size=9); s.close(); s.unlink()",
    "its own children": "import signal, subprocess\n"
    "p = subprocess.Popen(['sleep', '99']); p.terminate(); p.wait()",
    "the net of this machine": "import socket\n"
    "s = socket.create_server(('127.0.0.1', 0))\n"
    "socket.create_connection(s.getsockname())",
}
VERSIONS = [v for v in range(2, 8) if v <= available()]


@pytest.fixture
def places(tmp_path: Path) -> dict[str, Path]:
    """Three folders that look the same."""
    made = {}
    for name in ("writable", "readable", "outside"):
        place = made[name] = tmp_path / name
        (place / "full").mkdir(parents=True)
        (place / "empty").mkdir()
        (place / "file").write_text("before\n")
        (place / "full" / "file").write_text("before\n")
        (place / "run").write_text("#!/bin/sh\n")
        (place / "run").chmod(0o755)
    return made


def answer(code: str, place: Path | str, confine: str, version: int) -> str:
    """Run code in a process that has confined itself; 'done', or why it was not."""
    script = f"""{LOAD}
landlock.available = lambda known=landlock.available(): min(known, {version})
place = {str(place)!r}
assert landlock.confine({confine}) == {version}
try:
    exec({code!r})
    print("done")
except Exception as error:
    print(getattr(error, "errno", None) or error)
"""
    command = [sys.executable, "-I", "-c", script]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    return ran.stdout.splitlines()[-1]


def refused(said: str) -> bool:
    words = ("unable to open database", "returned non-zero exit status")
    return any(w in said for w in words) or (said.isdigit() and int(said) in REFUSED)


def seen(place: Path) -> list[tuple[str, int, bytes]]:
    """All that can be seen of a folder."""
    return [
        (str(p), p.lstat().st_mode, p.read_bytes() if p.is_file() else b"")
        for p in sorted(place.rglob("*"))
    ]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("what", WRITING)
def test_what_is_given_can_be_written_and_nothing_else(places, what, version):
    confine = repr([str(places["writable"])])
    before = seen(places["outside"])
    assert answer(WRITING[what], places["writable"], confine, version) == "done"
    assert refused(answer(WRITING[what], places["outside"], confine, version))
    assert seen(places["outside"]) == before


@pytest.mark.parametrize("version", [v for v in VERSIONS if v >= 3])
def test_nothing_else_can_be_cut_off(places, version):
    code, confine = TRUNCATING["truncate"], repr([str(places["writable"])])
    assert answer(code, places["writable"], confine, version) == "done"
    assert refused(answer(code, places["outside"], confine, version))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("what", READING)
def test_all_can_be_read_unless_it_is_said_what(places, what, version):
    code, writable = READING[what], [str(places["writable"])]
    system = ["/bin", "/etc", "/lib", "/lib64", "/usr", sys.prefix, sys.base_prefix]
    readable = [str(places["readable"]), *system, "/no such place"]
    for place in places.values():
        assert answer(code, place, repr(writable), version) == "done"
    confine = f"{writable}, {readable}"
    assert answer(code, places["readable"], confine, version) == "done"
    assert answer(code, places["writable"], confine, version) == "done"
    assert refused(answer(code, places["outside"], confine, version))
    assert refused(answer(WRITING["write"], places["readable"], confine, version))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("what", ALWAYS)
def test_what_every_program_needs_still_works(places, what, version):
    confine = repr([str(places["writable"])])
    assert answer(ALWAYS[what], places["writable"], confine, version) == "done"


@pytest.mark.parametrize("version", VERSIONS)
def test_since_version_6_no_other_process_is_reached_by_a_signal(places, version):
    other = subprocess.Popen(["sleep", "99"])
    try:
        confine = repr([str(places["writable"])])
        said = answer(f"os.kill({other.pid}, 9)", "", confine, version)
        if version >= 6:
            assert refused(said)
            assert other.poll() is None
        else:
            assert said == "done"
    finally:
        other.kill()
        other.wait()


@pytest.mark.parametrize("version", VERSIONS)
def test_what_was_open_before_stays_open(places, version):
    with (places["outside"] / "file").open("a") as file:
        script = f"""{LOAD}
landlock.available = lambda: {version}
landlock.confine([{str(places["writable"])!r}])
os.write({file.fileno()}, b"after")
"""
        command = [sys.executable, "-I", "-c", script]
        subprocess.run(command, check=True, pass_fds=[file.fileno()])
    assert (places["outside"] / "file").read_text() == "before\nafter"


@pytest.mark.parametrize("version", [0, 1])
def test_a_kernel_that_lacks_it_changes_nothing(places, version):
    confine = repr([str(places["writable"])])
    script = f"""{LOAD}
landlock.available = lambda: {version}
assert landlock.confine({confine}, []) == 0
open({str(places["outside"] / "file")!r}, "a").write("after")
"""
    subprocess.run([sys.executable, "-I", "-c", script], check=True)
    assert (places["outside"] / "file").read_text() == "before\nafter"


def test_it_can_be_repeated_and_only_narrows(places):
    both = [str(places["writable"]), str(places["outside"])]
    code = f"landlock.confine([{both[0]!r}])\n{WRITING['write']}"
    for version in VERSIONS[-1:]:
        assert answer(code, places["writable"], repr(both), version) == "done"
        assert refused(answer(code, places["outside"], repr(both), version))


def test_a_link_out_of_what_is_given_leads_nowhere(places):
    (places["writable"] / "link").symlink_to(places["outside"])
    for version in VERSIONS[-1:]:
        confine = repr([str(places["writable"])])
        place = places["writable"] / "link"
        assert refused(answer(WRITING["write"], place, confine, version))
