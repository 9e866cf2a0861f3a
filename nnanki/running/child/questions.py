"""Functions of `os` that ask about files, and the sets in which `os` lists them.

Python raises no audit event when a file is asked about, so the worker and the suite
put functions of their own in the place of these. Standard library alone: both scripts
load this file by itself.
"""

from __future__ import annotations

import os

# What these answer depends on files, so it counts as reading: `exists`, `is_dir` and
# the others of `os.path` and `pathlib` all go through one of them.
ASKING = ("stat", "lstat", "access", "readlink", "statvfs", "fstat")

ABILITIES = (
    *("supports_dir_fd", "supports_fd"),
    *("supports_follow_symlinks", "supports_effective_ids"),
)


def list_as(function: object, substitute: object) -> None:
    """List a substitute wherever `os` lists the function that it stands for.

    Libraries look a function up there before they use it: `os.stat in os.supports_fd`.
    If a substitute were missing, `shutil.rmtree`, say, would work in another way.
    """
    for name in ABILITIES:
        functions = getattr(os, name, None)
        if isinstance(functions, set) and function in functions:
            functions.add(substitute)
