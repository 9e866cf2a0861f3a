"""Where questions come from and answers go, one line of JSON each."""

from __future__ import annotations

import json
import os
from typing import Any

Facts = dict[str, Any]


class Channel:
    """The standard streams as they were; what tests read and print goes elsewhere."""

    def __init__(self) -> None:
        self.asked, self.answers = os.dup(0), os.dup(1)
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.close(null)
        os.dup2(2, 1)
        self.rest = b""

    def hear(self) -> Facts | None:
        """The next question; None where nobody asks any more."""
        while b"\n" not in self.rest:
            data = os.read(self.asked, 2**20)
            if not data:
                return None
            self.rest += data
        line, _, self.rest = self.rest.partition(b"\n")
        question: Facts = json.loads(line)
        return question

    def tell(self, message: Facts) -> None:
        line = json.dumps(message).encode() + b"\n"
        while line:
            line = line[os.write(self.answers, line) :]

    def close(self) -> None:
        """Nobody shall wait for what is never said."""
        os.close(self.asked)
        os.close(self.answers)
