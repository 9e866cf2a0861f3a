"""What pytest does for logs, which takes long, left out where no test asks for it.

Around each part of each test pytest hands its own handlers to every logger that does
not propagate, of which PyTorch has dozens.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PLUGIN = "logging-plugin"
SETTINGS = ("log_level", "log_cli", "log_file")


def unlogged(session: pytest.Session) -> None:
    """Let loggers find a handler, as with pytest's own, but the same all the time."""
    config = session.config
    if any(map(config.getini, SETTINGS)) or any(map(_asks, _sources(session))):
        return
    if config.pluginmanager.unregister(name=PLUGIN) is None:
        return
    root = logging.getLogger()
    for logger in (root, *root.manager.loggerDict.values()):
        if isinstance(logger, logging.Logger) and not (
            logger.propagate and logger.parent
        ):
            logger.addHandler(logging.NullHandler())  # else it would write to stderr


def _sources(session: pytest.Session) -> Iterator[Path]:
    """The files of the project that tests and fixtures come from, each once."""
    root = session.config.rootpath
    yield from {item.path for item in session.items}
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and Path(file).is_relative_to(root):
            yield Path(file)


def _asks(source: Path) -> bool:
    """Whether tests may ask for what was logged."""
    return "caplog" in source.read_text("utf-8", errors="replace")
