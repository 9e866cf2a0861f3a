"""What Git knows of a project; the only module that asks it."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from nnanki.model.card import Place
from nnanki.model.disk.text import Text
from nnanki.model.problem import Problem, Refused

# What nnanki itself writes beside the sources: a project need not ignore it.
OUTPUT = ("dist/**", ".nnanki_cache/**", "**/__pycache__/**", "**/.pytest_cache/**")


@dataclass(frozen=True)
class Repository:
    """The repository in which a project's folder lies."""

    root: Path

    def run(self, *words: str) -> str:
        """What git says; raises Refused where it refuses."""
        command = ["git", "-C", str(self.root), "-c", "core.quotePath=off", *words]
        try:
            result = subprocess.run(command, capture_output=True, check=False)
        except FileNotFoundError:
            hint = "install it: a release is made from what is committed"
            raise _refusal("is not installed", hint) from None
        if result.returncode:
            message = result.stderr.decode(errors="replace").strip().partition("\n")[0]
            hint = "a release is made from what is committed: `git init`, `git commit`"
            raise _refusal(message.removeprefix("fatal: ") or "failed", hint)
        return result.stdout.decode("utf-8", errors="replace")

    def dirty(self) -> list[str]:
        """Files of the project that are not as they were committed."""
        spared = [f":(exclude,glob){pattern}" for pattern in OUTPUT]
        status = self.run("status", "--porcelain", "-z", "-uall", "--", ".", *spared)
        # A renamed file is followed by its old name, an item without a status.
        names = [item[3:] for item in status.split("\0") if item[2:3] == " "]
        inside = self.run("rev-parse", "--show-prefix").strip()
        return sorted(name.removeprefix(inside) for name in names)

    def introduced(self, words: str, path: str) -> str:
        """The last commit that brought some words into a file; "" where none did."""
        # In a shallow clone the oldest commit seems to have brought everything.
        if self.run("rev-parse", "--is-shallow-repository").strip() == "true":
            hint = "fetch it: `git fetch --unshallow`"
            raise _refusal("the history of this clone is cut off", hint)
        # `git log` of a repository without commits fails in words that name no remedy.
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


def _refusal(what: str, hint: str) -> Refused:
    return Refused(Problem(Place("git", line=0), what, hint))
