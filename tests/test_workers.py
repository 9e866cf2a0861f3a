"""A worker that is kept is as good as a new one, and nothing is left of it."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from nnanki.model.disk.cache import Cache
from nnanki.model.disk.records import FOLDER
from nnanki.model.problem import Refused
from nnanki.running import pool as rooms
from nnanki.running.child import processes
from nnanki.running.execute import Means, execute
from nnanki.running.pool import Pool, Worker
from nnanki.running.runner import Outcome, Program
from nnanki.stages.examine import quiet

from .test_execute import FAILURES, LEAK, LINUX, Bench, card, printed


class Session(Bench):
    """A project whose workers are kept; every run has an empty cache."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.workers = Pool(reuse=True)
        self.known = root / FOLDER
        self.known.mkdir()

    def run(self, *programs: Program) -> dict[str, Outcome]:
        """Run programs for the first time, as it were, but not with new workers."""
        time.sleep(0.1)  # what was saved just before a worker starts may not be kept
        for folder in self.known.iterdir():
            if folder.is_dir():
                shutil.rmtree(folder)
        means = Means(Cache(self.project.root), quiet, self.workers)
        self.outcomes, self.foreign = execute(
            self.project, self.sources, programs, means
        )
        return self.outcomes

    def waiting(self) -> set[Worker]:
        """The workers that are kept now."""
        return set(self.workers.waiting.values())

    def write(self, name: str, text: str) -> None:
        path = self.project.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.fixture(name="session", params=["fork", "spawn"])
def session_fixture(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Session]:
    """Both ways to start a process."""
    monkeypatch.setenv("NNANKI_START", request.param)
    session = Session(tmp_path.resolve() / "project")
    with session.workers:
        yield session


@pytest.fixture(name="forked")
def forked_fixture(tmp_path: Path) -> Iterator[Session]:
    """The way that Linux has."""
    session = Session(tmp_path.resolve() / "project")
    with session.workers:
        yield session


USES = card("uses", "=kink.SLOPE", setup="from toy import kink")

# -- the same, whoever runs it --------------------------------------------------------


def test_a_kept_worker_gives_what_a_new_one_gives(session: Session) -> None:
    """Values, prints, failures and leaks, to the letter, with the same two workers."""
    programs = [
        card("prints", "print('é', 0.1 + 0.2)"),
        card("raises", "def f(x):\n    return 1 / x\n\n\nprint(f(0))"),
        card("stdin", "import sys\nprint(repr(sys.stdin.read()))"),
        *LEAK,
        *(card(key, FAILURES[key][0]) for key in ("exit", "time")),
    ]
    new = execute(
        session.project,
        session.sources,
        programs,
        Means(Cache(session.project.root), quiet),
    )
    first = session.run(*programs)
    kept = session.waiting()
    assert len(kept) >= 2
    assert first == session.run(*programs) == new[0]
    assert session.waiting() == kept


def test_one_run_leaves_nothing_to_the_next(session: Session) -> None:
    """Modules, environment and folders are as they were."""
    spoil = card(
        "spoil",
        "kink.SEEN.append(1)\nimport os\nos.environ['X'] = '1'\nopen('x', 'w').close()",
        setup="from toy import kink",
    )
    look = card(
        "look",
        "import os\nprint(kink.SEEN, 'X' in list(os.environ), os.path.exists('x'))",
        setup="from toy import kink",
    )
    session.run(spoil)
    assert printed(session.run(look)) == {"look": "[] False False\n"}


def test_the_workers_import_for_the_whole_deck(forked: Session) -> None:
    """So an edit of another file needs no other worker."""
    forked.write("toy/dear.py", "X = 5\n")
    other = card("other", "=dear.X", setup="from toy import dear", file="b.md")
    forked.run(USES, other)
    kept = forked.waiting()
    means = Means(Cache(forked.project.root), quiet, forked.workers)
    edited = card("uses", "=kink.SLOPE + 1", setup="from toy import kink")
    outcomes, _ = execute(forked.project, forked.sources, [edited, other], means)
    assert outcomes["uses"].results[-1]["text"] == "2"
    assert forked.waiting() == kept


def test_workers_start_before_they_are_needed(forked: Session) -> None:
    """While all results are known, so that the first edit need not wait."""
    means = Means(Cache(forked.project.root), quiet)
    execute(forked.project, forked.sources, [USES], means)
    kept = Means(means.cache, quiet, forked.workers)
    execute(forked.project, forked.sources, [USES], kept)
    assert len(forked.waiting()) == 2


# -- what changed is never served -----------------------------------------------------


def change(session: Session, name: str, text: str) -> list[str]:
    """What a card gives before and after a file gets another text."""
    program = card("a", "=kink.read()", setup="from toy import kink")
    before = session.text(program)
    assert session.text(program) == before
    kept = session.waiting()
    session.write(name, text)
    after = session.text(program)
    assert session.waiting() != kept  # cards of the second run import for themselves
    return [before, after]


def test_a_changed_module_is_imported_by_a_new_worker(session: Session) -> None:
    """The quoted module itself."""
    session.write("toy/kink.py", "def read(): return 1\n")
    assert change(session, "toy/kink.py", "def read(): return 2\n") == ["1", "2"]


def test_a_changed_helper_is_imported_by_a_new_worker(forked: Session) -> None:
    """A module that no card quotes."""
    forked.write("helper.py", "FACTOR = 1\n")
    forked.write("toy/kink.py", "import helper\ndef read(): return helper.FACTOR\n")
    assert change(forked, "helper.py", "FACTOR = 2\n") == ["1", "2"]


def test_data_read_by_an_import_is_read_by_a_new_worker(forked: Session) -> None:
    """It is part of what the worker holds."""
    forked.write("toy/x.txt", "one")
    path = forked.project.root / "toy" / "x.txt"
    code = f"X = open({str(path)!r}).read()\ndef read(): return X\n"
    forked.write("toy/kink.py", code)
    assert change(forked, "toy/x.txt", "two") == ["one", "two"]


def test_a_folder_listed_by_an_import_is_listed_by_a_new_worker(
    forked: Session,
) -> None:
    """One more file in it is a change."""
    forked.write("data/a.txt", "")
    folder = forked.project.root / "data"
    code = f"import os\nX = len(os.listdir({str(folder)!r}))\ndef read(): return X\n"
    forked.write("toy/kink.py", code)
    assert change(forked, "data/b.txt", "") == ["1", "2"]


def test_data_read_by_a_card_is_read_again(session: Session) -> None:
    """A worker that only forks holds nothing of it."""
    session.write("x.txt", "one")
    path = session.project.root / "x.txt"
    program = card("a", f"=open({str(path)!r}).read()")
    assert session.text(program) == "one"
    session.write("x.txt", "two")
    assert session.text(program) == "two"


def test_an_old_file_in_the_place_of_another_is_a_change(session: Session) -> None:
    """Though its time says that it is older than the worker."""
    session.write("old.py", "FACTOR = 2\n")
    os.utime(session.project.root / "old.py", (1, 1))
    session.write("helper.py", "FACTOR = 1\n")
    session.write("toy/kink.py", "import helper\ndef read(): return helper.FACTOR\n")
    program = card("a", "=kink.read()", setup="from toy import kink")
    assert session.text(program) == "1"
    (session.project.root / "old.py").replace(session.project.root / "helper.py")
    assert session.text(program) == "2"


def test_a_new_file_that_hides_a_module_is_found(session: Session) -> None:
    """As a new worker would find it."""
    session.write("toy/kink.py", "import wave\ndef read(): return hasattr(wave, 'X')\n")
    assert change(session, "wave.py", "X = 1\n") == ["False", "True"]


def test_a_module_that_changes_while_it_is_imported_is_not_kept(
    forked: Session,
) -> None:
    """Nobody knows which of its texts was read."""
    path = forked.project.root / "helper.py"
    slow = f"try: open({str(path)!r}, 'a').write('# more')\nexcept OSError: pass\n"
    forked.write("helper.py", "FACTOR = 1\n")
    forked.write("toy/kink.py", f"import helper\n{slow}SLOPE = helper.FACTOR\n")
    assert forked.text(USES) == "1"
    kept = forked.waiting()
    forked.run(USES)
    assert forked.waiting() != kept  # the other one never imported it


def test_a_new_import_is_made_by_a_new_worker(forked: Session) -> None:
    """And only once: the next run finds it made."""
    forked.write("toy/dear.py", "X = 5\n")
    forked.run(USES)
    kept = forked.waiting()
    more = card("more", "=dear.X", setup="from toy import dear")
    assert forked.text(more) == "5"
    assert not forked.waiting() & kept
    kept = forked.waiting()
    assert forked.text(more) == "5"
    assert forked.waiting() == kept


def test_an_import_that_failed_is_tried_again(session: Session) -> None:
    """A worker that could not import everything is not kept."""
    program = card("a", "=dear.X", setup="from toy import dear")
    assert session.failure(program)["type"] == "ImportError"
    session.write("toy/dear.py", "X = 5\n")
    assert session.text(program) == "5"


def test_other_limits_need_other_workers(
    forked: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a worker was told at its start, or finds in its environment."""
    forked.run(USES)
    kept = forked.waiting()
    forked.project = replace(forked.project, seconds=2)
    forked.run(USES)
    assert not forked.waiting() & kept
    monkeypatch.setenv("PATH", "/usr/bin:/bin:/elsewhere")
    path = card("path", "=dict(__import__('os').environ)['PATH'][-9:]")
    assert forked.text(path) == "elsewhere"


# -- what breaks ----------------------------------------------------------------------


def test_a_card_that_ends_its_worker_leaves_the_next_run_sound(
    forked: Session,
) -> None:
    """The worker is replaced; the others are as before."""
    forked.run(USES)
    kill = card("kill", "import os, signal; os.kill(os.getppid(), signal.SIGKILL)")
    outcomes = forked.run(card("a", "print(1)"), kill, card("b", "print(2)"))
    failure = outcomes["kill"].failure
    assert failure is not None
    assert failure["kind"] == "lost" or failure["type"] == "PermissionError"
    assert printed(outcomes) == {"a": "1\n", "b": "2\n"}
    assert forked.text(USES) == "1"
    assert all(worker.process.poll() is None for worker in forked.waiting())


def test_a_worker_that_dies_while_it_waits_is_replaced(session: Session) -> None:
    """Whoever ended it."""
    session.run(USES)
    for worker in session.waiting():
        worker.process.kill()
        worker.process.wait()
    assert session.text(USES) == "1"


@LINUX
def test_what_a_card_leaves_beside_its_folder_is_found_by_no_other(
    forked: Session,
) -> None:
    """Whether the kernel lets it write there or not."""
    forked.run(card("litter", "open('../x', 'w').close()"))
    forked.run(card("more", "open('../../x', 'w').close()"))
    look = card("look", "import os\nprint('x' in os.listdir('..'))")
    more = card("more", "import os\nprint('x' in os.listdir('../..'))")
    looked = printed(forked.run(look, more))
    assert "True" not in looked.values()


# What a card may leave in the folders that the next one finds.
LEFT = {
    "file": "open('x', 'w').close()",
    "home": "(Path.home() / 'x').mkdir()",
    "scratch": "import tempfile; tempfile.mkstemp()",
    "beside the script": "Path(__file__).with_name('x.py').write_text('')",
    "mode": "Path().chmod(0o500)",
    "another folder": "Path.cwd().rmdir()",
    "a link instead": """
folder = os.getcwd()
os.rmdir(folder)
os.symlink(os.environ["HOME"], folder)
""",
    "time": "os.utime('.', (5, 5))",
    "attribute": "os.setxattr('.', 'user.a', b'1')",
    "no script": "os.remove(__file__)",
    "a link instead of the script's": """
here = os.path.dirname(__file__)
os.rename(here, here + "-")
os.symlink(os.path.dirname(AIM), here)
""",
    "a link to what is not its own": """
os.remove(__file__)
os.symlink(AIM, __file__)
""",
}
LOOK = """
import tempfile
places = [Path(), Path(__file__).parent, Path.home(), Path(tempfile.gettempdir())]
print([(os.listdir(p), p.stat().st_mode & 0o777, p.is_symlink()) for p in places])
print([os.listxattr(p) for p in places], os.stat(".").st_mtime > 5)
print(Path.cwd().parent == Path(__file__).parents[1] == Path.home().parent)
"""


@LINUX
@pytest.mark.parametrize("left", LEFT)
def test_a_card_finds_its_folders_empty(
    forked: Session, tmp_path: Path, left: str
) -> None:
    """Whatever the one before it did with them; no file of others is written."""
    aim = tmp_path / "aim" / "card.py"
    aim.parent.mkdir()
    aim.write_text("mine\n")
    setup = f"import os\nfrom pathlib import Path\nAIM = {str(aim)!r}\n"
    (new,) = forked.run(card("new", setup + LOOK)).values()
    leaving = card("before", setup + LEFT[left])
    after = card("after", setup + LOOK + "\n")
    outcomes = forked.run(leaving, after)
    assert outcomes["after"].results == new.results  # though they ask for a home
    assert "True" in str(new.results) and aim.read_text() == "mine\n"


# What a card may do to the process that it was forked from.
PARENT = {
    "priority": "os.setpriority(os.PRIO_PROCESS, os.getppid(), 7)",
    "scheduler": "os.sched_setscheduler(os.getppid(), 3, os.sched_param(0))",
    "limit": "resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE, (64, 64))",
}


@LINUX
@pytest.mark.parametrize("what", PARENT)
def test_a_card_that_changes_its_worker_changes_no_other_card(
    forked: Session, what: str
) -> None:
    """The next one finds what it would have found."""
    ask = "import os, resource\n"
    look = (
        f"{ask}print(os.getpriority(os.PRIO_PROCESS, 0), os.sched_getscheduler(0), "
        "resource.getrlimit(resource.RLIMIT_NOFILE)[0])"
    )
    (alone,) = forked.run(card("alone", look)).values()
    outcomes = forked.run(
        card("before", ask + PARENT[what]), card("after", f"{look}\n")
    )
    assert outcomes["after"].results == alone.results
    assert outcomes["after"].failure == alone.failure


ORPHAN = """
import runpy, sys
runpy.run_path(sys.argv[1])["end_with"](int(sys.argv[2]))
print("goes on")
"""


@LINUX
@pytest.mark.parametrize("gone", [False, True])
def test_a_process_whose_parent_is_gone_ends_at_once(gone: bool) -> None:
    """It may have gone before the process could ask the kernel to tell."""
    path = Path(processes.__file__)
    parent = os.getpid() + gone
    arguments = [sys.executable, "-c", ORPHAN, str(path), str(parent)]
    ran = subprocess.run(arguments, capture_output=True, text=True, check=True)
    assert ran.stdout == ("" if gone else "goes on\n")


def test_an_import_that_hangs_is_not_kept(
    forked: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When it is mended, everything is well."""
    monkeypatch.setattr("nnanki.running.runner.READY_SECONDS", 1)
    forked.write("toy/slow.py", "while True: pass\n")
    program = card("a", "=slow.X", setup="from toy import slow")
    assert forked.failure(program)["kind"] == "time"
    forked.write("toy/slow.py", "X = 3\n")
    assert forked.text(program) == "3"


# -- nothing is left ------------------------------------------------------------------

OWNER = """
import signal, sys
from pathlib import Path
from nnanki.stages.examine import quiet
from nnanki.model.disk.cache import Cache
from nnanki.model.disk.records import FOLDER
from nnanki.running.execute import Means, execute
from nnanki.model.project import Project
from nnanki.running.runner import Program
from nnanki.running.pool import Pool

signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
root, code = Path(sys.argv[1]), sys.argv[2]
project = Project(root, "bench", "Bench", seconds=4, mebibytes=512)
with Pool(reuse=True) as workers:
    means = Means(Cache(root), quiet, workers)
    for key in ("1", code):
        step = {"do": "run", "code": key, "line": 1}
        execute(project, {}, [Program("a", "a.md", (step,))], means)
    print("ready", flush=True)
    sys.stdin.read()
"""
IDLE, BUSY = "2", "import time; time.sleep(1000)"


def living(scratch: Path) -> list[int]:
    """The processes that were started with a scratch folder."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                environment = (process / "environ").read_bytes()
                running = b") Z " not in (process / "stat").read_bytes()
            except OSError:
                continue
            if running and f"TMPDIR={scratch}".encode() in environment:
                found.append(int(process.name))
    return found


@pytest.fixture(name="scratch")
def scratch_fixture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where all temporary folders of a test lie."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    return scratch


def gone(scratch: Path) -> None:
    """Wait until no process is left, and look whether a folder is."""
    until = time.monotonic() + 60
    while living(scratch) and time.monotonic() < until:
        time.sleep(0.05)
    assert living(scratch) == []
    assert list(scratch.iterdir()) == []


@LINUX
@pytest.mark.parametrize("start", ["fork", "spawn"])
@pytest.mark.parametrize("code", [IDLE, BUSY], ids=["idle", "busy"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_worker_outlives_its_owner(
    scratch: Path,
    monkeypatch: pytest.MonkeyPatch,
    start: str,
    code: str,
    number: signal.Signals,
) -> None:
    """Neither when it ends in order nor when it is killed, whatever the workers do."""
    monkeypatch.setenv("NNANKI_START", start)
    project = scratch.with_name("project")
    project.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(project), code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as owner:
        assert owner.stdout is not None
        if code == IDLE:
            assert owner.stdout.readline() == "ready\n"
        while code == BUSY and len(living(scratch)) < 4:  # of them is one a card's
            time.sleep(0.05)
        assert len(living(scratch)) >= 3
        owner.send_signal(number)
        owner.wait()
        gone(scratch)


@LINUX
def test_closing_leaves_no_process_and_no_folder(
    scratch: Path, session: Session
) -> None:
    """Also of workers that have not yet imported anything, or are given back later."""
    session.run(USES)
    early = next(iter(session.waiting()))
    late = session.workers.take(early.start, 90)
    session.workers.prepare(early.start)
    session.workers.close()
    assert session.waiting() == set()
    session.workers.give(late)
    assert session.workers.started == set()
    gone(scratch)


@LINUX
@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_where_no_worker_starts_one_error_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: str
) -> None:
    """At once, however many cards there are."""
    monkeypatch.setenv("NNANKI_START", start)
    broken = tmp_path / "broken.py"
    broken.write_text("raise SystemExit('no module named letters')\n", "utf-8")
    bench = Bench(tmp_path.resolve() / "project")
    monkeypatch.setattr(rooms, "WORKER", broken)
    cards = [card(f"c{n}", "print(1)", setup="import json") for n in range(50)]
    with pytest.raises(Refused, match="the process that runs the cards does not start"):
        bench.run(*cards)


def test_without_being_asked_nothing_is_kept(scratch: Path, tmp_path: Path) -> None:
    """A command that runs once ends its workers with its run."""
    bench = Bench(tmp_path.resolve() / "project")
    bench.run(USES)
    gone(scratch)
