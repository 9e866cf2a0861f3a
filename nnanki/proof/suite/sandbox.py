"""The copy that tests run in, and how it is restored after each trial.

A mutant may write or delete anything, and would then decide what the next one meets.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from .folder import Folder, State
from .messages import Job

HOMES = ("HOME", "USERPROFILE")
SCRATCH = ("TMPDIR", "TEMP", "TMP")


class Sandbox:
    """A copy of the project, the home of the run of all tests, and that of a trial.

    A trial finds the project as it was when the tests had been imported: what the run
    of all tests left there is gone. Its home and temporary folder are new and empty,
    but those of the first run stay, since what was imported may know their places.
    """

    def __init__(self, job: Job) -> None:
        self.path, self.root = job["folder"], job["root"]
        spare = f"{self.path}/kept"
        Path(spare).mkdir(exist_ok=True)
        self.project = Folder(f"{self.path}/project", f"{spare}/project-")
        self.first = Folder(f"{self.path}/first", f"{spare}/first-")
        self.trial = Folder(f"{self.path}/trial", f"{spare}/trial-")
        self.copied = self.project.adopt({}, f"{job['origin']}/project")
        self.empty = self.trial.adopt({}, f"{job['origin']}/trial")
        self.imported: State = self.copied
        self.ran: State = self.first.adopt({}, "")

    def import_done(self) -> None:
        """From now on, what importing the tests has made belongs to the project."""
        self.imported = self.project.adopt(self.copied, "")

    def run_done(self) -> None:
        """Undo what the run of all tests did to the project."""
        self.project.restore(self.imported)
        self.ran = self.first.adopt(self.ran, "")

    def restore(self) -> None:
        """Undo what a trial did."""
        self.project.restore(self.imported)
        self.first.restore(self.ran)
        self.trial.restore(self.empty)

    def as_copied(self) -> None:
        """The project without what importing the tests has made."""
        self.project.restore(self.copied)

    def environment(self) -> dict[str, str]:
        """Where a trial's home and temporary folder are."""
        home = f"{self.path}/trial"
        scratch = dict.fromkeys(SCRATCH, f"{home}/tmp")
        return {**dict.fromkeys(HOMES, home), **scratch}

    def enter(self) -> None:
        """Make this process a trial's: it is in the copy, and has an empty home."""
        os.environ.update(self.environment())
        if tempfile.tempdir == f"{self.path}/first/tmp":
            tempfile.tempdir = None  # it is looked for again
        os.chdir(self.root)


def redirect(job: Job) -> None:
    """Look for modules in the copy, wherever the environment names the project."""
    original, root = job["original"], job["root"]
    for n, entry in enumerate(sys.path):
        inside = (
            os.path.relpath(entry, original) if entry.startswith(original) else ".."
        )
        if not inside.startswith("..") and os.path.exists(f"{root}/{inside}"):  # noqa: PTH110
            sys.path[n] = os.path.normpath(f"{root}/{inside}")
    sys.path[:0] = job["paths"]


def elsewhere(job: Job) -> dict[str, str]:
    """Modules that were imported from the project although the copy has them."""
    original, own = job["original"], __name__.partition(".")[0]
    strangers = {}
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        apart = (own, "__main__", "__mp_main__")  # this script, in whatever it starts
        if not isinstance(file, str) or name.partition(".")[0] in apart:
            continue
        real = os.path.realpath(file)
        if real.startswith(original + os.sep):
            inside = os.path.relpath(real, original)
            if os.path.exists(f"{job['root']}/{inside}"):  # noqa: PTH110
                strangers[name] = Path(inside).as_posix()
    return strangers
