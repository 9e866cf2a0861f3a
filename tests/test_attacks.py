"""No card gets itself, or a neighbor, a verdict that it does not deserve.

An attack is a whole file of cards in `attacks/`, brought into the project `tiny`. Its
front matter says what a right tool answers. `# right: refused` names each card that
must be told, and no other may be; `setup` stands for what is hidden there, which may be
told at the first card as well. `# right: harmless` leaves open what becomes of the
first card; of its neighbors, those that are named must be told, and no other.

Attacks that touch files look for one named `attacked-room`: what lies beside it, or
deeper, is theirs to spoil, and nothing else.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from nnanki.model.project import load
from nnanki.release.update import update
from nnanki.stages.examine import quiet

from .test_faults import snapshot

HERE = Path(__file__).parent
ATTACKS = sorted((HERE / "attacks").glob("*.md"))
SECONDS = 300  # until a tool that says nothing counts as hung
RIGHT = re.compile(r"^# right: (refused|harmless)\b(.*)$", re.MULTILINE)
CARD = re.compile(r"^## (\S+)$", re.MULTILINE)
PLACE = re.compile(r"^(\S+):(\d+):\d+  ", re.MULTILINE)
MARK = "attacked-room"
SETUP = "setup"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@dataclass(frozen=True)
class Attack:
    """A file of cards, and which of them must be told."""

    path: Path
    first: str
    told: frozenset[str]
    free: frozenset[str]

    @classmethod
    def read(cls, path: Path) -> "Attack":
        text = path.read_text(encoding="utf-8")
        right = RIGHT.search(text)
        assert right, f"{path.name} does not say what is right"
        told = frozenset(right[2].replace(",", " ").split())
        first = CARD.findall(text)[0]
        return cls(
            path, first, told, frozenset([first] if right[1] == "harmless" else [])
        )

    @property
    def file(self) -> str:
        return f"cards/3-{self.path.name}"

    def card(self, line: int) -> str:
        """The card that a line of the file belongs to."""
        lines = self.path.read_text(encoding="utf-8").splitlines()[:line]
        cards = [found[1] for text in lines if (found := CARD.match(text))]
        return cards[-1] if cards else SETUP

    def foiled(self, reported: set[str]) -> bool:
        """Whether a tool has told what is false, and nothing else."""
        if SETUP in self.told:
            return bool(reported & {SETUP, self.first})
        return reported - self.free == self.told


@dataclass(frozen=True)
class Room:
    """A project under attack, with temporary folders and a home of its own."""

    root: Path
    scratch: Path

    @classmethod
    def make(cls, hasty: Path, folder: Path, attack: Attack) -> "Room":
        room = cls(folder / "tiny", folder / "scratch")
        shutil.copytree(hasty, room.root)
        shutil.copy(attack.path, room.root / attack.file)
        (room.scratch / "home").mkdir(parents=True)
        for place in (folder, room.scratch):
            (place / MARK).touch()
        return room

    def check(self) -> dict[str, object]:
        """What `nnanki check` says, its status, and the processes that it leaves."""
        nnanki = [sys.executable, "-P", "-m", "nnanki", "-C", str(self.root), "check"]
        home = str(self.scratch / "home")
        done = subprocess.run(
            [sys.executable, str(HERE / "guardian.py"), str(SECONDS), *nnanki],
            env={**os.environ, "TMPDIR": str(self.scratch), "HOME": home},
            capture_output=True,
            text=True,
            timeout=SECONDS + 60,
            start_new_session=True,  # else it might be hit as well
        )
        assert done.returncode == 0, done.stderr
        answer: dict[str, object] = json.loads(done.stdout)
        return answer

    def litter(self) -> list[str]:
        """What lies about in the temporary folder."""
        kept = {MARK, "home"}
        return [path.name for path in self.scratch.iterdir() if path.name not in kept]


def reported(said: str, attack: Attack) -> set[str]:
    """The cards of the attack that are told, and each other place by its name."""
    places = {(found[1], int(found[2])) for found in PLACE.finditer(said)}
    return {
        attack.card(line) if file == attack.file else file
        for file, line in places
        if file != "cards/nnanki.lock"  # which knows no attack
    }


@pytest.fixture(name="hasty", scope="session")
def hasty_fixture(proved: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The proved project, whose cards must end sooner."""
    root = Path(shutil.copytree(proved, tmp_path_factory.mktemp("hasty") / "tiny"))
    settings = root / "pyproject.toml"
    settings.write_text(settings.read_text().replace("seconds = 4", "seconds = 2"))
    update(load(root), quiet, now=1_700_000_000).write()
    return root


@pytest.mark.parametrize("path", ATTACKS, ids=lambda path: path.stem)
def test_an_attack_changes_no_verdict(path: Path, hasty: Path, tmp_path: Path) -> None:
    """What is false is told, what is sound is not, and all is as it was before.

    The second check finds whatever an attack has left in the cache.
    """
    attack = Attack.read(path)
    room = Room.make(hasty, tmp_path, attack)
    before = snapshot(room.root)
    for _ in range(1 + path.stem.startswith("cache-")):
        answer = room.check()
        said = str(answer["said"])
        assert answer["status"] == 1, said
        assert not re.search("^Traceback", said, re.MULTILINE), said
        assert attack.foiled(reported(said, attack)), said
        assert answer["left"] == []
        assert room.litter() == []
        assert snapshot(room.root) == before


def test_there_are_attacks_of_every_kind() -> None:
    """Each names cards that it has, and at least one of them must be told."""
    assert len(ATTACKS) >= 25
    for path in ATTACKS:
        attack, text = Attack.read(path), path.read_text(encoding="utf-8")
        assert attack.told, path.name
        assert attack.told | attack.free < {SETUP, *CARD.findall(text)}, path.name


def test_without_its_false_cards_an_attack_would_not_be_told(
    hasty: Path, tmp_path: Path
) -> None:
    """The sound neighbor, by itself, is proved: only the lock does not know it."""
    attack = Attack.read(ATTACKS[0])
    room = Room.make(hasty, tmp_path, attack)
    path = room.root / attack.file
    front, *cards = re.split(r"^(?=## )", path.read_text("utf-8"), flags=re.MULTILINE)
    sound = [card for card in cards if CARD.findall(card)[0] not in attack.told]
    path.write_text(front + "".join(sound), encoding="utf-8")
    said = str(room.check()["said"])
    assert len(sound) == 1
    assert "the lock is stale" in said
    assert reported(said, attack) == set()


def test_the_guardian_tells_what_is_left(tmp_path: Path) -> None:
    """A process in a session of its own, and a command that never ends."""
    code = "import os, time\nif os.fork() == 0:\n os.setsid()\n time.sleep(1000)"
    script = tmp_path / "leaves.py"
    script.write_text(code)
    guardian = [sys.executable, str(HERE / "guardian.py")]
    one = subprocess.check_output([*guardian, "60", sys.executable, str(script)])
    answer = json.loads(one)
    assert (answer["status"], answer["said"]) == (0, "")
    assert answer["left"] == [f"{sys.executable} {script}"]
    other = json.loads(subprocess.check_output([*guardian, "0.1", "sleep", "1000"]))
    assert other == {"status": None, "said": "", "left": []}
