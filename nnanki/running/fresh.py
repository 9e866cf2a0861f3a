"""Runs a card's code as a reader does, `python -u card.py`, in a process of its own.

Nothing is imported before, nobody watches, no bug is in place: what it writes must be
what the card's process wrote. It costs each card an import of all that it uses, so
only `check --deep` asks it of every card; of a card that looks at Python itself, each
check does.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from nnanki.model.disk.cache import digest
from nnanki.model.project import Project
from nnanki.running.agreement import first_difference
from nnanki.running.child.messages import CardStep, Failure
from nnanki.running.execute import Means
from nnanki.running.hints import codes_of, looks_inside
from nnanki.running.runner import FIRST, Outcome, Outcomes, Program

RECORD = {"agrees": bool}
GRACE = 60  # seconds for imports, on a busy machine


@dataclass(frozen=True)
class Alone:
    """The part of a card that is a script by itself, and what it wrote in the card."""

    text: str
    merged: str
    steps: int
    status: int | None  # None where the card goes on after what ends the script


def confirmed(
    project: Project,
    programs: Sequence[Program],
    outcomes: Outcomes,
    means: Means,
    keys: Mapping[str, str],
) -> Outcomes:
    """Outcomes, refused where a fresh process does something else.

    `keys` are the names of the outcomes in the cache: what they came from, this comes
    from as well.
    """
    ran = [p for p in programs if outcomes[p.key].failure is None]
    alone = {p.key: script(p, outcomes[p.key]) for p in ran}
    own = {k: digest("fresh", keys[k], a and asdict(a)) for k, a in alone.items()}
    agreeing = {p.key for p in ran if means.cache.get(own[p.key], RECORD)}
    rest = [(p, outcomes[p.key]) for p in ran if p.key not in agreeing]
    todo = [
        program
        for program, outcome in rest
        if means.deep or looks_inside(codes_of(project, program, outcome))
    ]
    differing: Outcomes = {}
    # Threads will do: each of them only waits for a process.
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        compared = pool.map(lambda p: _compared(project, p, outcomes[p.key]), todo)
        for number, (program, outcome) in enumerate(
            zip(todo, compared, strict=True), 1
        ):
            means.progress("running cards alone", number, len(todo))
            if outcome is not None:
                differing[program.key] = outcome
                continue
            agreeing.add(program.key)
            if keys[program.key] in means.cache.stamps:
                stamps = means.cache.stamps[keys[program.key]]
                means.cache.put(own[program.key], {"agrees": True}, stamps)
    passed = {key: replace(outcomes[key], fresh=True) for key in agreeing}
    return {**outcomes, **passed, **differing}


def _compared(project: Project, program: Program, outcome: Outcome) -> Outcome | None:
    """An outcome that says where a fresh process differs; None where it does not."""
    alone = script(program, outcome)
    if alone is None:
        return None
    text, status = run_script(project, program, alone.text)
    same_end = alone.status is None or status == alone.status
    if text == alone.merged and same_end:
        return None
    one = Outcome(({"merged": alone.merged},))
    other = Outcome(({"merged": text},))
    texts = first_difference(one, other)[1] or [
        f"exit {alone.status}",
        f"exit {status}",
    ]
    failure: Failure = {
        "kind": "fresh",
        "step": max(0, alone.steps - 1),
        "texts": texts,
    }
    return Outcome(outcome.results, failure)


# -- the script -----------------------------------------------------------------------


def script(program: Program, outcome: Outcome) -> Alone | None:
    """The statements of a card up to what ends a script; None where there are none."""
    lines: list[str] = []
    merged, steps, ends = "", 0, False
    for step, result in zip(program.steps, outcome.results, strict=False):
        if "broken" in step or step["do"] == "shape":
            break
        lines += statements(step)
        merged += result.get("merged", "")
        steps += 1
        if result.get("raised"):
            ends = True
            break
    whole = steps == len(program.steps) and not ends
    if whole:
        merged += outcome.rest.get("merged", "")
    if ends:
        lines = _shielded(program, lines, steps)
    text = "".join(f"{line}\n" for line in lines)
    return (
        Alone(text, merged, steps, outcome.status if whole else None) if steps else None
    )


def statements(step: CardStep) -> Iterator[str]:
    """The lines of a step in a script."""
    code = step["code"].removesuffix("\n")
    if step["do"] in ("value", "holds"):
        yield f"({code}\n)"
    elif step["do"] == "entry":
        yield f"try: exec(compile({code!r} + '\\n', '<stdin>', 'single'))"
        yield "except Exception: pass"
    else:
        yield code


def _shielded(program: Program, lines: list[str], steps: int) -> list[str]:
    """Lines whose last step raises what the card shows, and no traceback of it."""
    last = list(statements(program.steps[steps - 1]))
    head = lines[: len(lines) - len(last)]
    code = "\n".join(last)
    return [
        *head,
        f"try: exec(compile({code!r} + '\\n', __file__, 'exec'))",
        "except BaseException: __import__('sys').exit()",
    ]


# -- the process ----------------------------------------------------------------------


def run_script(project: Project, program: Program, text: str) -> tuple[str, int]:
    """What a script writes to both its streams, and the status it ends with."""
    with tempfile.TemporaryDirectory(prefix="nnanki-alone-") as base:
        root = Path(os.path.realpath(base))
        places = {name: root / name for name in ("script", "work", "home", "scratch")}
        for place in places.values():
            place.mkdir()
        path = places["script"] / "card.py"
        path.write_text(text, encoding="utf-8")
        with tempfile.TemporaryFile() as sink:
            process = subprocess.Popen(
                [sys.executable, "-u", str(path)],
                stdin=subprocess.PIPE,
                stdout=sink,
                stderr=subprocess.STDOUT,
                cwd=places["work"],
                env=_variables(project, places),
                start_new_session=True,
            )
            status = _waited(process, program.stdin, project.seconds + GRACE)
            sink.seek(0)
            data = sink.read()
    folder = f"{places['script']}{os.sep}".encode()
    return data.replace(folder, b"").decode("utf-8", "replace"), status


def _variables(project: Project, places: Mapping[str, Path]) -> dict[str, str]:
    return {
        **FIRST.environment(),
        "PYTHONPATH": os.pathsep.join(map(str, project.paths)),
        "TMPDIR": str(places["scratch"]),
        "HOME": str(places["home"]),
    }


def _waited(process: subprocess.Popen[bytes], stdin: str, seconds: float) -> int:
    """The status of a process, which ends with all that it started."""
    try:
        process.communicate(stdin.encode(), timeout=seconds)
    except subprocess.TimeoutExpired:
        pass
    finally:
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return process.returncode
