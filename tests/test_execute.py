"""Code runs in real processes of its own; nothing gets in, nothing is left behind."""

import os
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from nnanki.model.disk.cache import Cache, file_digest
from nnanki.model.disk.dependency import SLACK
from nnanki.model.project import Project, load
from nnanki.running import pool
from nnanki.running import runner as room
from nnanki.running.child import processors
from nnanki.running.child.processes import processes
from nnanki.running.differences import CLOCKS
from nnanki.running.execute import Means, execute
from nnanki.running.runner import ANEW, Outcome, Program
from nnanki.running.worker.dates import OTHER_TIMES, another_time
from nnanki.stages.examine import quiet

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def card(key: str, *codes: str, setup: str = "", file: str = "a.md") -> Program:
    """A card whose fences are `run`; a code that begins with `=` is a golden span."""
    steps: list[dict[str, Any]] = []
    for code in (setup, *codes) if setup else codes:
        if code.startswith("="):
            value = {"conversion": "", "format": "", "latex": False}
            steps.append({"do": "value", "code": code[1:], "line": 1, **value})
        else:
            steps.append({"do": "run", "code": code, "line": 1})
    imports = tuple(line for line in setup.splitlines() if "import " in line)
    return Program(key, file, tuple(steps), imports)


class Bench:
    """A project with a package `toy`, and a way to run programs in it."""

    def __init__(self, root: Path) -> None:
        (root / "toy").mkdir(parents=True)
        (root / "toy" / "__init__.py").write_text("")
        module = root / "toy" / "kink.py"
        module.write_text("SLOPE = 1\nSEEN = []\n")
        while time.time_ns() - module.stat().st_ctime_ns < 2 * SLACK:
            time.sleep(0.005)  # what is younger than that may still change unseen
        self.project = Project(root, "bench", "Bench", seconds=1, mebibytes=512)

    @property
    def sources(self) -> dict[str, tuple[str, str]]:
        path = self.project.root / "toy" / "kink.py"
        return {"toy.kink": (str(path), file_digest(path))}

    def run(self, *programs: Program) -> dict[str, Outcome]:
        """Run programs with a new cache in memory, as a new command would have it."""
        means = Means(Cache(self.project.root), quiet)
        self.outcomes, self.foreign = execute(
            self.project, self.sources, programs, means
        )
        return self.outcomes

    def text(self, program: Program) -> str:
        """What a program printed or gave last; it must not fail."""
        outcome = self.run(program)[program.key]
        assert outcome.failure is None
        last = outcome.results[-1]
        return str(last.get("text", last["printed"]))

    def failure(self, program: Program) -> dict[str, Any]:
        outcome = self.run(program)[program.key]
        assert outcome.failure is not None
        return outcome.failure


@pytest.fixture(name="bench", params=["fork", "spawn"])
def bench_fixture(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Bench:
    """Both ways to start a process give the same."""
    monkeypatch.setenv("NNANKI_START", request.param)
    return Bench(tmp_path.resolve())


@pytest.fixture(name="forked")
def forked_fixture(tmp_path: Path) -> Bench:
    """The way that Linux has; for what is slow or the same elsewhere."""
    return Bench(tmp_path.resolve())


def printed(outcomes: dict[str, Outcome]) -> dict[str, str]:
    return {
        key: outcome.results[-1]["printed"]
        for key, outcome in outcomes.items()
        if outcome.failure is None
    }


# -- processors -----------------------------------------------------------------------


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for its processors")
def test_a_fork_begins_on_the_processor_of_its_parent_and_may_leave_it() -> None:
    """Only while it forks a process stays where it is; the child is free at once."""
    before = os.sched_getaffinity(0)
    with processors.one():
        assert len(os.sched_getaffinity(0)) == 1
    assert os.sched_getaffinity(0) == before
    reading, writing = os.pipe()
    with processors.one():
        pid = os.fork()
    if pid == 0:
        os.write(writing, str(len(os.sched_getaffinity(0))).encode())
        os._exit(0)
    os.waitpid(pid, 0)
    assert int(os.read(reading, 9)) == len(before)
    for number in (reading, writing):
        os.close(number)


def test_a_card_may_run_on_all_processors(forked: Bench) -> None:
    """Those that the tool itself has; the second run has one."""
    code = "import os\nprint(len(os.sched_getaffinity(0)))"
    step = {"do": "run", "code": code, "line": 1}
    programs = [Program("counts", "a.md", (step,))]
    server = room.Runner(forked.project, {})
    runs = server.run_each({room.FIRST: programs, room.SECOND: programs}, lambda: None)
    found = [run["counts"].results[0] for run in runs]
    counted = [int(found[0]["merged"]), int(found[1]["out"])]  # it has a terminal
    assert counted == [len(os.sched_getaffinity(0)), 1]


# -- what a card depends on -----------------------------------------------------------


def test_no_card_depends_on_the_files_of_the_worker() -> None:
    """Though the project may be the tool itself, as this one is."""
    root = Path(__file__).parents[1]
    step = {"do": "run", "code": "import nnanki\nprint(nnanki.__name__)", "line": 1}
    programs = [Program("tool", "a.md", (step,), ("import nnanki",))]
    server = room.Runner(load(root), {})
    runs = server.run_each({room.FIRST: programs, room.SECOND: programs}, lambda: None)
    read = {path for run in runs for path in run["tool"].noticed["read"]}
    assert read | set(server.modules) == {str(root / "nnanki" / "__init__.py")}


# -- isolation ------------------------------------------------------------------------


def test_a_card_gets_a_bare_environment_and_an_empty_folder(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of the author's machine can leak into an answer."""
    monkeypatch.setenv("SECRET", "x")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    code = """
import os, sys, tempfile
print({"SECRET", "PYTHONPATH"} & set(os.environ))
print(os.listdir(), os.listdir(os.environ["HOME"]))
print(os.listdir(tempfile.gettempdir()))
print(repr(sys.stdin.read()), sys.argv[1:], "/elsewhere" in sys.path)
"""
    assert bench.text(card("bare", code)) == ("set()\n[] []\n[]\n'' [] False\n")


def test_each_card_gets_a_fresh_namespace(bench: Bench) -> None:
    """A name of one card is unknown to the next, in either order."""
    one, two = card("one", "x = 1", "print(x)"), card("two", "print('x' in globals())")
    assert printed(bench.run(one, two)) == {"one": "1\n", "two": "False\n"}


def test_the_steps_of_a_card_share_their_names(bench: Bench) -> None:
    """The setup comes first, and each fence sees what is above it."""
    program = card("steps", "y = x + 1", "=y", setup="x = 1")
    assert bench.text(program) == "2"


def test_a_module_of_the_card_can_be_pickled(bench: Bench) -> None:
    """Classes of a card live in a module that the interpreter knows."""
    code = (
        "import pickle\nclass A: pass\n"
        "print(type(pickle.loads(pickle.dumps(A()))).__name__)"
    )
    assert bench.text(card("pickle", code)) == "A\n"


FAILURES = {
    "time": ("while True: pass", {"kind": "time", "detail": "1", "step": 0}),
    "exit": ("import os; os._exit(3)", {"kind": "exit", "detail": "3", "step": 0}),
    "signal": (
        "import os; os.abort()",
        {"kind": "signal", "detail": "SIGABRT", "step": 0},
    ),
    "output": (
        "print('x' * 30_000_000)",
        {"kind": "output", "detail": "100,000", "step": 0},
    ),
    "encoding": (
        "import sys; sys.stdout.buffer.write(b'\\xff')",
        {"kind": "encoding", "detail": "0xff", "step": 0},
    ),
    "process": (
        "import os, time\nif os.fork() == 0: time.sleep(100)",
        {"kind": "process", "step": 0},
    ),
}


def bare(failure: dict[str, Any] | None) -> dict[str, Any]:
    """A failure without what was written before it."""
    assert failure is not None
    return {k: v for k, v in failure.items() if k in ("kind", "detail", "step")}


def test_what_fails_leaves_its_neighbours_results_intact(bench: Bench) -> None:
    """Whatever happens to one card, those before and behind it are as if alone."""
    programs = [card("first", "print('first')")]
    for key, (code, _) in FAILURES.items():
        programs += [card(key, code), card(f"after-{key}", f"print('after {key}')")]
    outcomes = bench.run(*programs)
    assert {key: bare(outcomes[key].failure) for key in FAILURES} == {
        key: failure for key, (_, failure) in FAILURES.items()
    }
    after = {f"after-{key}": f"after {key}\n" for key in FAILURES}
    assert printed(outcomes) == {"first": "first\n", **after}


def test_memory_is_bounded(forked: Bench) -> None:
    """Too much memory is the card's own error, at its own line."""
    failure = forked.failure(card("memory", "x = 1\ny = bytearray(2**30)"))
    assert (failure["type"], failure["line"], failure["column"]) == (
        "MemoryError",
        2,
        5,
    )


def test_written_files_are_bounded(forked: Bench) -> None:
    """A file of 100 MB is cut off, so that no disk fills."""
    code = "open('big', 'wb').write(bytes(10**8))"
    assert forked.failure(card("disk", code))["message"] == "[Errno 27] File too large"


def test_a_card_that_ends_the_worker_itself_ends_only_itself(forked: Bench) -> None:
    """All others still run, whether the kernel lets it or not."""
    kill = card("kill", "import os, signal; os.kill(os.getppid(), signal.SIGKILL)")
    outcomes = forked.run(card("a", "print(1)"), kill, card("b", "print(2)"))
    failure = outcomes["kill"].failure
    assert failure is not None
    assert failure["kind"] == "lost" or failure["type"] == "PermissionError"
    assert printed(outcomes) == {"a": "1\n", "b": "2\n"}


def test_a_broken_standard_output_is_mended(bench: Bench) -> None:
    """Closing, replacing and losing it spoils nobody's output."""
    codes = {
        "closed": "import sys; print(1); sys.stdout.close()",
        "descriptor": "import os; print(1); os.close(1)",
        "lost": "import sys; print(1); sys.stdout = None",
        "replaced": "import sys, io; print(1); sys.stdout = io.StringIO(); print(2)",
        "detached": "import sys; print(1); sys.stdout.detach()",
    }
    programs = [card(key, code) for key, code in codes.items()]
    programs += [card("last", "print('last')")]
    assert printed(bench.run(*programs)) == dict.fromkeys(codes, "1\n") | {
        "last": "last\n"
    }


# -- what is left behind --------------------------------------------------------------


def alive(mark: str) -> list[str]:
    """Command lines of running processes that hold a mark."""
    found = []
    for process in Path("/proc").iterdir():
        try:
            words = (process / "cmdline").read_bytes()
        except OSError:
            continue
        line = words.replace(b"\0", b" ").decode(errors="replace")
        if mark in line:
            found.append(line)
    return found


@LINUX
def test_no_process_and_no_folder_is_left(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither by what hangs with children, nor by a child in a session of its own."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    mark = f"sleep {100_000 + os.getpid()}"
    start = (
        "import subprocess, time, tempfile\ntempfile.mkdtemp()\n"
        f"subprocess.Popen('{mark}'.split(), start_new_session=%s)\n"
    )
    programs = [
        card("hangs", start % False + "time.sleep(100)"),
        card("hangs-apart", start % True + "time.sleep(100)"),
        card("leaves", start % False),
        card("leaves-apart", start % True),
        card("dies", start % True + "__import__('os')._exit(0)"),
        card(
            "orphan",
            "import os, time\nif os.fork() == 0:\n    if os.fork() == 0:\n"
            f"        os.execvp('sleep', '{mark}'.split())\n    os._exit(0)\n"
            "os.wait()\ntime.sleep(0.2)",
        ),
    ]
    kinds = {
        key: o.failure["kind"] for key, o in bench.run(*programs).items() if o.failure
    }
    assert kinds == {
        "hangs": "time",
        "hangs-apart": "time",
        "leaves": "process",
        "leaves-apart": "process",
        "dies": "exit",
        "orphan": "process",
    }
    assert alive(mark) == []
    assert list(scratch.iterdir()) == []


@LINUX
def test_a_process_that_ends_meanwhile_is_left_out(tmp_path: Path) -> None:
    """Whatever the system answers for it, the others are still found."""
    for pid in ("1", "2", "3", "4", "5"):
        (tmp_path / pid).mkdir()
    (tmp_path / "self").mkdir()
    (tmp_path / "1" / "stat").write_text("1 (a b) c) S 7 1 1\n")
    (tmp_path / "2" / "stat").write_text("")
    (tmp_path / "3" / "stat").symlink_to("x" * 300)  # an error that is not 'absent'
    (tmp_path / "4" / "stat").mkdir()
    assert list(processes(str(tmp_path))) == [(1, 7)]
    assert (os.getpid(), os.getppid()) in processes()


def test_what_a_forked_twin_prints_decides_nothing(bench: Bench) -> None:
    """One that is late is left behind; what an early one prints, a reader sees, too."""
    twins = "import os, time\npid = os.fork()\nos.write(1, b'2\\n')\n"
    late = bench.run(card("late", twins + "if not pid: time.sleep(9)"))["late"]
    assert bare(late.failure)["kind"] == "process"
    assert late.results == ()
    early = twins + "if pid: os.waitpid(pid, 0)"
    assert bench.text(card("early", early)) == "2\n2\n"


def test_a_process_that_is_waited_for_is_welcome(bench: Bench) -> None:
    """A card may show what another program says."""
    code = (
        "import subprocess, sys\nsay = [sys.executable, '-c', 'print(1)']\n"
        "print(subprocess.run(say, capture_output=True).stdout)"
    )
    assert bench.text(card("waits", code)) == "b'1\\n'\n"


# -- twice, and the same --------------------------------------------------------------


def test_the_two_start_methods_give_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Values, printed text, exceptions and failures, to the letter."""
    programs = [
        card("prints", "print('é', 0.1 + 0.2)"),
        card("value", "=[1, 2.5, 'x']"),
        card("raises", "def f(x):\n    return 1 / x\n\n\nprint(f(0))"),
        card("imports", "=kink.SLOPE", setup="from toy import kink"),
        card("absent", "=1", setup="from toy import nothing"),
        card("warns", "import warnings; warnings.warn('old')"),
        *(card(key, code) for key, (code, _) in FAILURES.items() if key != "time"),
    ]
    found = []
    bench = Bench(tmp_path.resolve())
    for start in ("fork", "spawn"):
        monkeypatch.setenv("NNANKI_START", start)
        cold = Cache(bench.project.root / start)
        outcomes, _ = execute(
            bench.project, bench.sources, programs, Means(cold, quiet)
        )
        found.append({key: replace(o, noticed={}) for key, o in outcomes.items()})
    assert found[0] == found[1]


def test_the_order_of_the_programs_does_not_matter(forked: Bench) -> None:
    """The outcome of a card is its own."""
    programs = [card(f"n{n}", f"print({n})", file=f"{n % 3}.md") for n in range(9)]
    there = forked.run(*programs)
    assert forked.run(*programs[::-1]) == there
    assert printed(there) == {f"n{n}": f"{n}\n" for n in range(9)}


def test_what_differs_is_told_from_what_another_cpu_computes(forked: Bench) -> None:
    """With the first line that differs."""
    random = card("random", "import random\nprint('same')\nprint('n', random.random())")
    asked = "=__import__('os').popen('echo [$ATEN_CPU_CAPABILITY]').read().strip()"
    machine = card("cpu", asked)
    outcomes = forked.run(random, machine)
    assert outcomes["cpu"].failure == {
        "kind": "differs",
        "detail": "machine",
        "step": 0,
        "texts": ["[]", "[default]"],
    }
    failure = outcomes["random"].failure
    assert failure is not None
    assert bare(failure) == {"kind": "differs", "detail": "chance", "step": 0}
    assert all(text.startswith("n 0.") for text in failure["texts"])


LEAK = [
    card("before", "=kink.SEEN", setup="from toy import kink"),
    card("culprit", "kink.SEEN.append(1)", setup="from toy import kink"),
    card("behind", "=len(kink.SEEN)", setup="from toy import kink"),
]


def test_a_card_that_changes_a_module_changes_it_for_itself(bench: Bench) -> None:
    """Each card is a process of its own, whatever the others did."""
    for _ in range(2):
        assert printed_or_given(bench.run(*LEAK)) == {"before": "[]", "behind": "0"}


def printed_or_given(outcomes: dict[str, Outcome]) -> dict[str, str]:
    """The last values of programs that have one."""
    last = {key: outcome.results[-1] for key, outcome in outcomes.items()}
    return {key: result["text"] for key, result in last.items() if "text" in result}


# -- results that are kept ------------------------------------------------------------


@pytest.fixture(name="started")
def started_fixture(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every worker that is started, while it really is."""
    started: list[Any] = []
    talk = room.Runner._talk

    def counted(server: Any, *arguments: Any) -> bool:
        started.append(arguments[0])
        return talk(server, *arguments)

    monkeypatch.setattr(room.Runner, "_talk", counted)
    return started


def test_a_second_run_starts_no_process(forked: Bench, started: list[Any]) -> None:
    """Equal sources, equal results, at once."""
    program = card("kept", "=kink.SLOPE", setup="from toy import kink")
    time.sleep(2 * SLACK / 1e9)  # what was written just now may be written once more
    first = forked.run(program)
    assert len(started) == 2
    assert forked.run(program) == first
    assert len(started) == 2


def test_a_card_that_moves_is_not_run_again(forked: Bench, started: list[Any]) -> None:
    """Its lines follow, each with its step: the `setup` may stay where it is."""

    def standing(setup: int, line: int) -> Program:
        codes = ("def f(x):\n    return 1 / x\n", "f(0)", "assert f(1) == 1\nassert 1")
        does = zip(
            ("run", "raises", "check"), codes, (setup, line, line + 3), strict=True
        )
        steps = tuple({"do": do, "code": code, "line": n} for do, code, n in does)
        return Program("moves", "a.md", steps)

    time.sleep(2 * SLACK / 1e9)  # what was written just now may be written once more
    forked.run(standing(2, 10))
    assert len(started) == 2
    moved = forked.run(standing(2, 17))["moves"]
    assert len(started) == 2
    assert [verdict["line"] for verdict in moved.results[2]["asserts"]] == [20, 21]
    started.clear()
    forked.run(standing(2, 17), card("new", "print(1)"))
    assert len(started) == 2  # for the new one


# What a module may give that two runs show alike by luck, and the factor.
INSIDE = {
    "hash seed": "def told():\n    return list({'out', 'up'})\n",
    "hash seed, by name": "from collections import defaultdict\n\n\ndef told():\n"
    "    found = defaultdict(set)\n"
    "    for word in ('out', 'up'):\n        found[0].add(word)\n"
    "    return list(found[0])\n",
    "clock": "import datetime\n\n\ndef told():\n"
    "    return datetime.date.today().strftime('%d/%m') in ('25/12', '04/07')\n",
}


@pytest.mark.parametrize("factor", INSIDE)
def test_what_a_card_calls_is_run_as_often_as_its_own_code(
    bench: Bench, factor: str
) -> None:
    """The order of a set, and the date, in a module of the project."""
    (bench.project.root / "toy" / "kink.py").write_text(INSIDE[factor], "utf-8")
    program = card("calls", "print(kink.told())", setup="from toy import kink")
    failure = bench.failure(program)
    known = ("differs", factor.partition(",")[0])
    assert (failure["kind"], failure["detail"]) == known


def test_the_worker_knows_each_time_at_which_cards_run_and_no_other() -> None:
    """They lie in all months, on all weekdays, at all hours."""
    times = [datetime.fromisoformat(text) for text in OTHER_TIMES.split()]
    named = {name for clock in CLOCKS for name in clock.factors if name != ANEW}
    assert named == {f"clock {n}" for n, _ in enumerate(times, start=2)}
    assert {time.month for time in times} == set(range(1, 13))
    assert {time.weekday() for time in times} == set(range(7))
    assert {time.hour for time in times} == set(range(24))


def test_one_worker_finds_the_factor(
    forked: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of twelve factors the last but one: only imports are made anew, and once."""
    begun: list[Any] = []
    new = pool.Pool._new

    def counted(room: Any, start: Any) -> Any:
        begun.append(start)
        return new(room, start)

    monkeypatch.setattr(pool.Pool, "_new", counted)
    code = "import sys\nprint(sys.stdout.isatty())"
    failure = forked.failure(card("looks", code))
    assert (failure["kind"], failure["detail"]) == ("differs", "terminal")
    assert len(begun) == 4  # two runs, chance, and all the factors


def test_a_failure_is_never_kept(forked: Bench, started: list[Any]) -> None:
    """What failed may have been bad luck."""
    for _ in range(2):
        started.clear()
        forked.failure(card("fails", "1 / 0"))
        assert started


def test_a_changed_program_is_run_again(forked: Bench) -> None:
    """Its code, its setup, its file."""
    assert forked.text(card("a", "=1")) == "1"
    assert forked.text(card("a", "=2")) == "2"
    assert forked.text(card("a", "=x", setup="x = 3")) == "3"
    assert forked.text(card("a", "=x", setup="x = 4")) == "4"


def test_a_changed_module_is_imported_again(forked: Bench) -> None:
    """The package, and a module that it imports."""
    root = forked.project.root
    (root / "helper.py").write_text("FACTOR = 1\n")
    (root / "toy" / "kink.py").write_text("import helper\nSLOPE = 1 * helper.FACTOR\n")
    program = card("a", "=kink.SLOPE", setup="from toy import kink")
    assert forked.text(program) == "1"
    (root / "toy" / "kink.py").write_text("import helper\nSLOPE = 2 * helper.FACTOR\n")
    assert forked.text(program) == "2"
    (root / "helper.py").write_text("FACTOR = 10\n")
    assert forked.text(program) == "20"


def test_a_module_that_hides_a_neighbor_is_imported(forked: Bench) -> None:
    """A package of its name comes before it, wherever it is imported from."""
    toy = forked.project.root / "toy"
    (toy / "kink.py").write_text("from . import near\nSLOPE = near.VALUE\n")
    (toy / "near.py").write_text("VALUE = 1\n")
    program = card("a", "=kink.SLOPE", setup="from toy import kink")
    time.sleep(2 * SLACK / 1e9)  # what was written just now may be written once more
    assert forked.text(program) == "1"
    (toy / "near").mkdir()
    (toy / "near" / "__init__.py").write_text("VALUE = 2\n")
    assert forked.text(program) == "2"


def test_a_shorter_time_is_one_more_reason_to_run(forked: Bench) -> None:
    """What took longer than is allowed now is refused, though it once passed."""
    program = card("slow", "import time\ntime.sleep(0.5)\nprint(1)")
    assert forked.text(program) == "1\n"
    forked.project = replace(forked.project, seconds=0.1)
    assert forked.failure(program)["kind"] == "time"


READS = {
    "when called": "def read(): return PATH.read_text()",
    "when imported": "X = PATH.read_text()\ndef read(): return X",
    "by descriptor": "def read(): return os.read(os.open(PATH, 0), 9).decode()",
}


@pytest.mark.parametrize("module", READS.values(), ids=READS)
def test_a_changed_data_file_is_read_again(bench: Bench, module: str) -> None:
    """Whenever the code reads it."""
    toy = bench.project.root / "toy"
    path = f"import os, pathlib\nPATH = pathlib.Path({str(toy / 'x.txt')!r})\n"
    (toy / "kink.py").write_text(path + module)
    program = card("a", "=kink.read()", setup="from toy import kink")
    for text in ("one", "two"):
        (toy / "x.txt").write_text(text)
        assert bench.text(program) == text


def test_a_data_file_read_beside_cards_that_crash_is_remembered(forked: Bench) -> None:
    """A chunk that breaks still tells what its good cards have read."""
    data = forked.project.root / "x.txt"
    crash = "import os; os._exit(1)"
    reads = card("reads", f"=open({str(data)!r}).read()", file="b.md")
    for text in ("one", "two"):
        data.write_text(text)
        outcomes = forked.run(card("x", crash), reads, card("y", crash))
        assert outcomes["reads"].results[0]["text"] == text


def test_a_module_that_is_not_the_quoted_folder_is_told(
    bench: Bench, tmp_path: Path
) -> None:
    """A copy must not be run while the folder is quoted; nothing is kept of it."""
    copy = tmp_path / "elsewhere" / "toy"
    copy.mkdir(parents=True)
    (copy / "__init__.py").write_text("")
    (copy / "kink.py").write_text("SLOPE = 7\n")
    path = f"import sys\nsys.path.insert(0, {str(copy.parent)!r})\n"
    (bench.project.root / "first.py").write_text(path)
    setup = "import first\nfrom toy import kink"
    for _ in range(2):
        bench.run(card("copy", "=kink.SLOPE", setup=setup))
        assert bench.foreign == {"toy.kink": str(copy / "kink.py")}


def test_a_module_that_changes_while_it_is_read_is_told(forked: Bench) -> None:
    """What ran is not what was quoted."""
    program = card("a", "=kink.SLOPE", setup="from toy import kink")
    sources = forked.sources
    (forked.project.root / "toy" / "kink.py").write_text("SLOPE = 2\n")
    means = Means(Cache(forked.project.root), quiet)
    _, foreign = execute(forked.project, sources, [program], means)
    assert list(foreign) == ["toy.kink"]


# -- imports --------------------------------------------------------------------------


def test_an_import_that_fails_fails_in_its_card_only(bench: Bench) -> None:
    """With the type and the line of its own."""
    broken = bench.project.root / "toy" / "broken.py"
    broken.write_text("print('noise')\nraise RuntimeError('broken')\n")
    bad = card("bad", "=1", setup="from toy import broken")
    outcomes = bench.run(bad, card("good", "print(2)", file="b.md"))
    failure = outcomes["bad"].failure
    assert failure is not None
    assert (failure["message"], failure["line"], failure["step"]) == ("broken", 1, 0)
    assert printed(outcomes) == {"good": "2\n"}


@pytest.mark.parametrize(
    ("code", "kind"), [("while True: pass", "time"), ("import os; os._exit(1)", "exit")]
)
def test_an_import_that_hangs_or_exits_ends_its_card_only(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, code: str, kind: str
) -> None:
    """The others are run without it, and the wait is short."""
    monkeypatch.setattr(room, "READY_SECONDS", 1)
    (bench.project.root / "toy" / "slow.py").write_text(code)
    bad = card("bad", "=1", setup="import toy.slow")
    begin = time.monotonic()
    outcomes = bench.run(bad, card("good", "print(2)", file="b.md"))
    failure = outcomes["bad"].failure
    assert failure is not None
    assert (failure["kind"], failure["step"]) == (kind, 0)
    assert printed(outcomes) == {"good": "2\n"}
    assert time.monotonic() - begin < 30


def test_a_slow_import_is_not_the_time_of_a_card(bench: Bench) -> None:
    """`seconds` bounds what a card does, not the libraries that it needs."""
    slow = bench.project.root / "toy" / "slow.py"
    slow.write_text("import time\ntime.sleep(1.5)\n")
    assert bench.text(card("a", "=1", setup="import toy.slow")) == "1"


@pytest.mark.parametrize("hour", range(24))
def test_the_other_clock_shows_a_leap_day_in_both_time_zones(hour: int) -> None:
    now = datetime(2026, 12, 1, hour, 50, tzinfo=UTC)
    then = another_time(now)
    for zone in (timedelta(), timedelta(hours=5, minutes=45)):
        day = then.astimezone(timezone(zone))
        assert (day.month, day.day) == (2, 29)
        assert day.weekday() != now.weekday()
    assert then.hour != hour
