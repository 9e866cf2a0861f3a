"""Worker processes: jobs out, outcomes in; the only room that starts them."""

from __future__ import annotations

import json
import os
import platform
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nnanki.project import Project

WORKER = Path(__file__).parent / "worker" / "__main__.py"
OUTPUT_BYTES = 100_000
READY_SECONDS = 90
Result = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Program:
    """A card as steps to run. `imports` are statements worth running only once.

    `quotes` are texts of modules: a symbol of each does what its text says.
    """

    key: str
    file: str
    steps: tuple[Result, ...]
    imports: tuple[str, ...] = ()
    quotes: tuple[Result, ...] = ()

    def job(self) -> Result:
        job: Result = {"key": self.key, "file": self.file, "steps": list(self.steps)}
        return {**job, "quotes": list(self.quotes)} if self.quotes else job


@dataclass(frozen=True, slots=True)
class Outcome:
    """What each step did, and why the program ended early, if it did."""

    results: tuple[Result, ...] = ()
    failure: Result | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """An interpreter to run in: its hash seed and its path through the CPU."""

    seed: int
    portable: bool

    def environment(self) -> dict[str, str]:
        """A bare environment; libraries compute on one thread."""
        kept = ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP")
        variables = {name: os.environ[name] for name in kept if name in os.environ}
        variables |= {
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "PYTHONHASHSEED": str(self.seed),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUTF8": "1",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        }
        if self.portable:
            variables["ATEN_CPU_CAPABILITY"] = "default"
            if platform.machine() in ("x86_64", "AMD64"):
                variables["OPENBLAS_CORETYPE"] = "Nehalem"
        return variables


Outcomes = dict[str, "Outcome"]
LOST = Outcome(failure={"kind": "lost"})
Chunks = dict[Variant, Sequence[Sequence[Program]]]
FIRST, SECOND, REPEAT = Variant(0, False), Variant(1, True), Variant(1, False)


def forks() -> bool:
    """Whether processes are forked here; NNANKI_START=spawn says no."""
    return sys.platform == "linux" and os.environ.get("NNANKI_START") != "spawn"


@dataclass
class Server:
    """Worker processes of one project."""

    project: Project
    sources: dict[str, tuple[str, str]]
    files: set[str] = field(default_factory=set)
    foreign: dict[str, str] = field(default_factory=dict)
    preloads: bool = True
    live: set[subprocess.Popen[str]] = field(default_factory=set)
    stopped: bool = False

    def stop(self) -> None:
        """End all workers; what was asked of them comes to nothing."""
        self.stopped = True
        for process in list(self.live):
            process.kill()

    def run_each(self, chunks: Chunks, told: Callable[[], None]) -> list[Outcomes]:
        """Run chunks in several interpreters at once; an interruption ends them all."""
        with ThreadPoolExecutor(len(chunks)) as pool:
            runs = [pool.submit(self.run, v, chunks[v], told) for v in chunks]
            try:
                return [run.result() for run in runs]
            except BaseException:
                self.stop()
                raise

    def run(
        self,
        variant: Variant,
        chunks: Sequence[Sequence[Program]],
        told: Callable[[], None],
    ) -> dict[str, Outcome]:
        """Run chunks of programs in one interpreter; an outcome for each of them."""
        if not chunks:
            return {}
        outcomes: dict[str, Outcome] = {}
        imports = dict.fromkeys(i for chunk in chunks for p in chunk for i in p.imports)
        wanted = list(imports) if self.preloads else []
        if not self._talk(variant, chunks, wanted, outcomes, told):
            self.preloads = False
            self._talk(variant, chunks, [], outcomes, told)
        for program in (p for chunk in chunks for p in chunk):
            if program.key not in outcomes and not self.stopped:  # it ended its worker
                alone = list(wanted) if self.preloads else []
                self._talk(variant, [[program]], alone, outcomes, told)
                outcomes.setdefault(program.key, LOST)
        return outcomes

    def _talk(
        self,
        variant: Variant,
        chunks: Sequence[Sequence[Program]],
        imports: list[str],
        outcomes: dict[str, Outcome],
        told: Callable[[], None],
    ) -> bool:
        """One worker's life; False where it never got ready."""
        if self.stopped:
            return True
        with tempfile.TemporaryDirectory(
            prefix="nnanki-", ignore_cleanup_errors=True
        ) as folder:
            process = subprocess.Popen(
                [sys.executable, "-P", str(WORKER)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=folder,
                env=variant.environment() | {"TMPDIR": folder, "HOME": folder},
                encoding="utf-8",
            )
            assert process.stdin is not None and process.stdout is not None
            self.live.add(process)
            job = self._job(chunks, imports)
            threading.Thread(target=_send, args=(process, job), daemon=True).start()
            lines: queue.Queue[str] = queue.Queue()
            reader = threading.Thread(target=_read, args=(process, lines), daemon=True)
            reader.start()
            try:
                ready = lines.get(timeout=READY_SECONDS)
                if not ready:
                    return not imports
                while line := lines.get():
                    self._hear(json.loads(line), outcomes)
                    told()
            except queue.Empty:
                return not imports
            finally:
                self.live.discard(process)
                process.kill()
                process.wait()
                reader.join()
                process.stdout.close()
        return True

    def _job(self, chunks: Sequence[Sequence[Program]], imports: list[str]) -> str:
        return json.dumps(
            {
                "start": "fork" if forks() else "spawn",
                "root": str(self.project.root),
                "paths": [str(path) for path in self.project.paths],
                "sources": self.sources,
                "imports": imports,
                "seconds": self.project.seconds,
                "ready": READY_SECONDS,
                "memory": self.project.mebibytes * 1024 * 1024,
                "output": OUTPUT_BYTES,
                "chunks": [[program.job() for program in chunk] for chunk in chunks],
            }
        )

    def _hear(self, message: Result, outcomes: dict[str, Outcome]) -> None:
        root = self.project.root
        results = tuple(message.get("results", ()))
        outcome = Outcome(results, message.get("failure"))
        outcomes[message["key"]] = _placeless(outcome, str(root))
        self.files |= {os.path.relpath(file, root) for file in message.get("files", ())}
        self.foreign |= dict(message.get("foreign", ()))


def _placeless(outcome: Outcome, root: str) -> Outcome:
    """An outcome, unless it shows the folder that the project lies in."""
    for step, result in enumerate(outcome.results):
        if root in json.dumps(result, ensure_ascii=False):
            return Outcome(outcome.results[:step], {"kind": "path", "step": step})
    return outcome


def _send(process: subprocess.Popen[str], job: str) -> None:
    assert process.stdin is not None
    try:
        process.stdin.write(job)
        process.stdin.close()
    except OSError:
        pass


def _read(process: subprocess.Popen[str], lines: queue.Queue[str]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lines.put(line)
    lines.put("")
