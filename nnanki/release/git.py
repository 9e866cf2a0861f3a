"""What Git knows of a project; the only door to it."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from nnanki.model.card import Place
from nnanki.model.disk.text import Text
from nnanki.model.problem import Problem, Refused

# What nnanki itself writes beside the sources.
MADE = ("dist/**", ".nnanki_cache/**", "**/__pycache__/**", "**/.pytest_cache/**")


@dataclass(frozen=True)
class Repository:
    """The repository in which a project's folder lies."""

    root: Path

    def run(self, *words: str) -> str:
        """What git says; raises Refused where it refuses."""
        command = ["git", "-C", str(self.root), "-c", "core.quotePath=off", *words]
        try:
            done = subprocess.run(command, capture_output=True, check=False)
        except FileNotFoundError:
            hint = "install it: a release is made from what is committed"
            raise _refused("is not installed", hint) from None
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().partition("\n")[0]
            hint = "a release is made from what is committed: `git init`, `git commit`"
            raise _refused(said.removeprefix("fatal: ") or "failed", hint)
        return done.stdout.decode("utf-8", errors="replace")

    def dirty(self) -> list[str]:
        """Files of the project that are not as they were committed."""
        spared = [f":(exclude,glob){pattern}" for pattern in MADE]
        said = self.run("status", "--porcelain", "-z", "-uall", "--", ".", *spared)
        names = [item[3:] for item in said.split("\0") if item[2:3] == " "]
        inside = self.run("rev-parse", "--show-prefix").strip()
        return sorted(name.removeprefix(inside) for name in names)

    def introduced(self, words: str, path: str) -> str:
        """The last commit that brought some words into a file; "" where none did."""
        if self.run("rev-parse", "--is-shallow-repository").strip() == "true":
            hint = "fetch it: `git fetch --unshallow`"
            raise _refused("the history of this clone is cut off", hint)
        self.run("rev-parse", "--verify", "HEAD")
        return self.run("log", "-1", "--format=%H", f"-S{words}", "--", path).strip()

    def texts(self, commit: str, folder: str) -> dict[str, Text]:
        """The Markdown and lock files of a folder as they were."""
        names = self.run("ls-tree", "--name-only", commit, f"{folder}/").split("\n")
        return {
            name: Text(name, self.run("show", f"{commit}:./{name}"))
            for name in names
            if name.endswith((".md", ".lock"))
        }


def _refused(what: str, hint: str) -> Refused:
    return Refused(Problem(Place("git", line=0), what, hint))
