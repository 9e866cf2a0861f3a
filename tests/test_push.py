"""Pushing into a running Anki: what is announced, what arrives, what never changes.

AnkiConnect runs inside Anki's app, so its side of the conversation was recorded and is
played back: the one stand-in of these tests. What Anki makes of the packages that it
is handed, its own library shows.
"""

from __future__ import annotations

import os
import pty
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path
from threading import Thread

import pytest
from anki.collection import (
    DeckIdLimit,
    ExportAnkiPackageOptions,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
)
from anki.notes import Note
from click.testing import CliRunner, Result

from nnanki.anki import apkg
from nnanki.anki.push.ankiconnect import Anki, Look, quoted
from nnanki.anki.push.carry import Luggage, with_luggage
from nnanki.anki.push.collection import AnkiNote, Collection, Others
from nnanki.anki.push.plan import (
    Parcel,
    PushPlan,
    check_arrival,
    obstacles,
    parcel,
    plan,
)
from nnanki.cli import main
from nnanki.model.problem import Refused

from .anki_library import Learner
from .ankiconnect.packages import FIRST, LATE, OLD, SECOND, THIRD
from .ankiconnect.play import Played, pushed

NAME = "nnanki sums"
REMEMBERS = """\
note: Anki will offer the options of this import in File > Import, too: learning
progress, deck presets, merged note types. Look at them before you import others.
"""
BLIND = "note: this AnkiConnect does not tell times; what is newer in Anki will stay\n"
NEW = """\
new              4  plus, minus, times, over
unchanged        0
"""
CHANGES = f"""\
new              1  power
changed          2  plus, over
renamed          1  minus -> subtract
retired          1  times
unchanged        0
the look differs from Anki's
{BLIND}"""
LOOK = """\
changed          1  over
unchanged        4
the look differs from Anki's
"""
KEPT = "newer in Anki, or open there, and still as before: over\n"
OVERWRITE = "`nnanki push --overwrite` replaces what is newer\n"
# What each scene pushes, how, and what is said then.
SCENES: dict[str, tuple[bytes, str, int, str]] = {
    "fresh": (
        FIRST,
        "--yes",
        0,
        f"{NEW}{REMEMBERS}pushed 4 cards, read back as packaged\n",
    ),
    "nothing": (FIRST, "--yes", 0, "unchanged        4\nnothing to push\n"),
    "dry": (SECOND, "--dry-run", 0, CHANGES),
    "update": (
        SECOND,
        "--yes",
        0,
        f"{CHANGES}{REMEMBERS}{KEPT}{OVERWRITE}"
        "pushed 4 cards and the look, read back as packaged;"
        " own tags kept on 1 card; 1 other note as before\n",
    ),
    "look": (
        THIRD,
        "--yes",
        0,
        f"{LOOK}{BLIND}{REMEMBERS}{KEPT}"
        f"the look is newer in Anki, and still as before\n{OVERWRITE}"
        "nothing was replaced\n",
    ),
    "overwrite": (
        THIRD,
        "--yes --overwrite",
        0,
        f"{LOOK}{REMEMBERS}pushed 1 card and the look, read back as packaged;"
        " own tags kept on 1 card; 1 other note as before\n",
    ),
    "browse": (
        FIRST,
        "--yes --overwrite",
        2,
        "new              1  minus\n"
        "changed          3  plus, times, over\n"
        "only in Anki     2  power, subtract\n"
        "unchanged        0\n"
        "the look differs from Anki's\n"
        "Anki  has a note open in its browser, which would write over the import\n"
        "hint: close the windows Browse and Edit\n\n",
    ),
    "elsewhere": (
        FIRST,
        "--yes",
        2,
        f"{NEW}{REMEMBERS}"
        "Anki  cannot read FOLDER: it runs elsewhere, or in a sandbox\n"
        "hint: put the package where both can read it, and push that file\n\n",
    ),
    "fields": (
        SECOND,
        "--yes",
        2,
        "Anki  has other fields or templates in the note type `nnanki sums`: `Mine`\n"
        "hint: import the package by File > Import, with “Merge note types” ticked\n\n",
    ),
    "profile": (
        FIRST,
        "--yes",
        2,
        "ADDRESS  Anki has no collection open\n"
        "hint: choose a profile in Anki, or wait until it has synced\n\n",
    ),
    "no key": (
        FIRST,
        "--yes",
        2,
        "ADDRESS  AnkiConnect asks for a key\n"
        "hint: give it with `--key`, or in the variable ANKICONNECT_KEY\n\n",
    ),
    "wrong key": (
        FIRST,
        "--yes --key simsim",
        2,
        "ADDRESS  AnkiConnect does not accept this key\n"
        "hint: take the `apiKey` of AnkiConnect's settings\n\n",
    ),
    "key": (FIRST, "--dry-run --key sesame", 0, NEW),
}


@pytest.fixture(name="file")
def file_fixture(tmp_path: Path) -> Path:
    """Where the package lies that is pushed, and nothing else."""
    (tmp_path / "packages").mkdir()
    return tmp_path / "packages" / "sums.apkg"


def said(result: Result, folder: Path, url: str) -> str:
    """What was printed, without what differs from run to run."""
    text = result.output.replace(str(folder), "FOLDER")
    return text.replace(url.removeprefix("http://"), "ADDRESS")


# -- what a person sees ---------------------------------------------------------------


@pytest.mark.parametrize("scene", SCENES)
def test_every_scene_goes_as_it_was_recorded(scene: str, file: Path) -> None:
    """The same questions to Anki, and in each case what is said, word for word."""
    data, words, code, text = SCENES[scene]
    file.write_bytes(data)
    with Played(scene) as anki:
        result = pushed(file, anki.url, *words.split())

    assert (anki.odd, anki.left) == ([], [])
    assert (said(result, file.parent, anki.url), result.exit_code) == (text, code)
    assert [path.name for path in file.parent.iterdir()] == ["sums.apkg"]
    assert file.read_bytes() == data


def test_the_key_may_stand_in_the_environment(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no other user of the machine sees it, unlike an option."""
    file.write_bytes(FIRST)
    monkeypatch.setenv("ANKICONNECT_KEY", "sesame")
    with Played("key") as anki:
        result = pushed(file, anki.url, "--dry-run")

    assert (anki.odd, anki.left) == ([], [])
    assert (result.output, result.exit_code) == (NEW, 0)


def test_where_nobody_can_be_asked_nothing_is_pushed(file: Path) -> None:
    """In a pipe and without `--yes` the plan is all."""
    file.write_bytes(SECOND)
    with Played("dry") as anki:
        result = pushed(file, anki.url)

    assert (anki.odd, anki.left, anki.packages) == ([], [], [])
    assert (
        result.output == f"{CHANGES}nothing was pushed: `--yes` pushes without asking\n"
    )
    assert result.exit_code == 0


@pytest.mark.parametrize(("word", "last"), [("n", 0), ("y", 1)])
def test_on_a_terminal_somebody_is_asked(file: Path, word: str, last: int) -> None:
    """In colour; only after `y` a package is handed over."""
    file.write_bytes(FIRST)
    with Played("fresh") as anki:
        shown, code = on_a_terminal(file, anki.url, word)
        assert (len(anki.packages), anki.odd) == (last, [])

    assert code == 0
    assert "\x1b[32mnew              4  plus, minus, times, over\x1b[0m" in shown
    assert "push into Anki? [y/N]: " in shown
    assert ("pushed 4 cards, read back as packaged" in shown) == bool(last)


def on_a_terminal(file: Path, url: str, word: str) -> tuple[str, int]:
    """What a terminal shows if somebody answers with a word; the exit code."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "nnanki", "push", str(file), "--url", url]
    environment = {**os.environ, "TERM": "xterm"}
    environment.pop("NO_COLOR", None)
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment
    )
    os.close(theirs)
    os.write(ours, f"{word}\n".encode())
    shown = b""
    with os.fdopen(ours, "rb", buffering=0) as terminal:
        while True:
            try:
                piece = terminal.read(4096)
            except OSError:  # Linux's word for the end
                break
            if not piece:
                break
            shown += piece
    return shown.decode(), process.wait(timeout=30)


def test_what_was_announced_is_pushed_or_nothing(file: Path) -> None:
    """Anki changed while somebody thought about it: nothing is handed over."""
    file.write_bytes(SECOND)
    with Played("update") as anki, Played("look") as later:
        read = [each for each in later.left[2:] if "gui" not in each[0]["action"]]
        stop = [each[0]["action"] for each in anki.left].index("guiSelectedNotes") + 3
        anki.left[stop:] = read[: stop - 5]
        result = pushed(file, anki.url, "--yes")

    assert (anki.odd, anki.left, anki.packages) == ([], [], [])
    assert result.output.endswith("Anki  changed in the meantime\nhint: push again\n\n")
    assert result.exit_code == 2


# -- what Anki makes of it ------------------------------------------------------------


class Student(Learner):
    """A learner whose Anki imports as AnkiConnect lets it, from Anki 26.09 on."""

    def bring(self, data: bytes) -> None:
        path = Path(self.col.path).with_name("brought.apkg")
        path.write_bytes(data)
        options = ImportAnkiPackageOptions(
            merge_notetypes=True, with_scheduling=True, with_deck_configs=True
        )
        request = ImportAnkiPackageRequest(package_path=str(path), options=options)
        self.col.import_anki_package(request)
        self.col.models._clear_cache()

    def notes(self) -> dict[str, Note]:
        """Those of the deck, by their ids."""
        found = self.col.find_notes(f'"note:{NAME}"')
        return {note["Id"]: note for note in map(self.col.get_note, found)}

    def held(self) -> Collection:
        """What AnkiConnect would tell of it; a new one tells times, too."""
        kind = self.col.models.by_name(NAME)
        if kind is None:
            return Collection(NAME)
        sides = tuple((t["name"], t["qfmt"], t["afmt"]) for t in kind["tmpls"])
        fields = tuple(field["name"] for field in kind["flds"])
        return Collection(
            NAME,
            tuple(
                AnkiNote(
                    number=note.id,
                    fields=dict(note.items()),
                    tags=tuple(note.tags),
                    cards=len(note.cards()),
                    mod=note.mod,
                )
                for note in self.notes().values()
            ),
            fields,
            Look(sides, kind["css"]),
            others=self.others(),
        )

    def others(self) -> Others:
        found = self.col.find_notes(f'-"note:{NAME}"')
        notes = {note: str(self.col.get_note(note).mod) for note in found}
        return Others(frozenset(notes), notes)

    def push(self, data: bytes, overwrite: bool = False) -> tuple[PushPlan, Collection]:
        """Bring a package as `nnanki push` does; the plan, and what was there."""
        before = self.held()
        made = plan(opened(data), before, OLD + 10, overwrite)
        self.bring(with_luggage(data, made.luggage))
        return made, before


def opened(data: bytes) -> Parcel:
    return parcel(apkg.open_package(data), "sums.apkg")


@pytest.fixture(name="student")
def student_fixture(tmp_path: Path) -> Iterator[Student]:
    """Someone with the first package: cards answered, tagged, edited, put away."""
    someone = Student(tmp_path / "anki")
    someone.push(FIRST)
    assert someone.answer("Sums", 3) == "plus"
    notes = someone.notes()
    notes["plus"].tags += ["mine", "marked", "leech"]
    notes["over"]["Back"] = "one"
    for name in ("plus", "over"):
        someone.col.update_note(notes[name])
    someone.col.sched.suspend_cards(notes["minus"].card_ids())
    elsewhere = someone.col.decks.id("Elsewhere")
    someone.col.set_deck(notes["minus"].card_ids(), elsewhere)
    own = someone.col.new_note(someone.col.models.by_name("Basic"))
    own["Front"] = "mine"
    someone.col.add_note(own, someone.col.decks.id("Default"))
    yield someone
    someone.col.close()


def test_an_update_arrives_as_announced_and_costs_nothing(student: Student) -> None:
    """Text and look are new; reviews, places and the learner's own tags stay."""
    schedule = student.schedule()
    made, before = student.push(SECOND)
    notes = student.notes()

    assert made.new == ("power",)
    assert made.updates == ("plus",)
    assert made.renamed == {"subtract": "minus"}
    assert made.retired == ("times",)
    assert made.newer == ("over",)
    assert check_arrival(opened(SECOND), made, before, student.held()).faults == ()
    assert set(notes) == {"plus", "subtract", "times", "over", "power"}
    assert notes["plus"]["Back"] == "2 + 2 is 4"
    assert set(notes["plus"].tags) >= {"mine", "marked", "leech"}
    assert notes["plus"].mod == LATE, "as packaged, so that the next package is newer"
    assert notes["over"]["Back"] == "one"
    now = student.schedule()
    assert now["subtract"] == schedule["minus"]
    kept = ("plus", "times", "over")
    assert {n: now[n] for n in kept} == {n: schedule[n] for n in kept}


def test_tags_never_leave_a_note_while_it_is_updated(student: Student) -> None:
    """They are in the very package that is imported: nothing is to be put back."""
    made = plan(opened(SECOND), student.held(), OLD)
    brought = opened(with_luggage(SECOND, made.luggage))

    assert {"mine", "marked", "leech"} <= set(brought.notes["plus"].tags)
    assert set(opened(SECOND).notes["plus"].tags) <= set(brought.notes["plus"].tags)
    others = set(brought.notes) - {"plus"}
    packaged = opened(SECOND).notes
    assert {n: brought.notes[n] for n in others} == {n: packaged[n] for n in others}
    assert packaged.keys() - brought.notes.keys() == {"root"}, "retired, never there"


def test_a_card_that_looks_the_same_keeps_its_tags_too(student: Student) -> None:
    """A later time alone makes Anki replace a note, tags and all."""
    student.push(SECOND)
    later = Luggage(mods={opened(SECOND).notes["plus"].guid: LATE + 5})
    made, _ = student.push(with_luggage(SECOND, later))

    assert "plus" in made.same
    assert student.notes()["plus"].mod == LATE + 5
    assert "mine" in student.notes()["plus"].tags


def test_what_is_newer_in_anki_is_replaced_on_request(student: Student) -> None:
    """Their own text only where one asks for it; and the look, which Anki dated now."""
    student.push(SECOND)
    made, before = student.push(THIRD)
    result = check_arrival(opened(THIRD), made, before, student.held())
    assert (made.arriving, made.newer, made.look) == ((), ("over",), True)
    assert (result.faults, result.newer, result.look) == ((), ("over",), False)

    soon = max(note.mod or 0 for note in student.held().notes if note.mod != LATE) + 9
    before = student.held()
    made = plan(opened(THIRD), before, soon, overwrite=True)
    student.bring(with_luggage(THIRD, made.luggage))
    result = check_arrival(opened(THIRD), made, before, student.held())
    assert (made.updates, result.faults, result.newer) == (("over",), (), ())
    assert result.look
    assert student.notes()["over"]["Back"] == "4 / 2 is 2"


def test_a_second_push_changes_nothing(student: Student) -> None:
    """All but what is newer in Anki is as packaged."""
    student.push(SECOND)
    made = plan(opened(SECOND), student.held(), OLD)

    assert (made.arriving, made.look) == ((), False)
    assert set(made.same) == {"plus", "subtract", "times", "power"}


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        ("edit", "card `plus` differs from the package: Back"),
        ("tags", "card `plus` lost tags of yours: mine"),
        ("retag", "card `times` has not the tags of the package"),
        ("card", "card `plus` is a note without its card"),
        ("note", "card `power` did not arrive"),
        ("other", "other notes changed meanwhile: nid:"),
        ("edited other", "other notes changed meanwhile: nid:"),
    ],
)
def test_reading_back_notices(student: Student, harm: str, words: str) -> None:
    """Whatever an editor, an add-on or Anki itself does to notes during a push."""
    made, before = student.push(SECOND)
    notes, col = student.notes(), student.col
    if harm == "edit":
        notes["plus"]["Back"] = "five"
    notes["plus"].tags.remove("mine") if harm == "tags" else None
    notes["times"].tags.remove("nnanki::retired") if harm == "retag" else None
    col.update_notes([notes["plus"], notes["times"]])
    if harm == "card":
        col.db.execute("delete from cards where nid = ?", notes["plus"].id)
    if harm == "note":
        col.remove_notes([notes["power"].id])
    if harm == "other":
        col.remove_notes(list(before.others.numbers))
    if harm == "edited other":
        col.db.execute("update notes set mod = 1 where id = ?", *before.others.numbers)
    ((fault, _),) = check_arrival(opened(SECOND), made, before, student.held()).faults

    assert fault.startswith(words)


def test_a_renamed_card_may_be_newer_in_anki_too(student: Student) -> None:
    """It keeps its old id there, and is not taken for one that got lost."""
    note = student.notes()["minus"]
    student.col.db.execute("update notes set mod = ? where id = ?", LATE + 1, note.id)
    made, before = student.push(SECOND)

    assert "subtract" in made.newer
    assert "subtract" not in made.arriving
    assert check_arrival(opened(SECOND), made, before, student.held()).faults == ()
    assert "minus" in student.notes()


def test_a_search_takes_a_name_as_it_is(student: Student) -> None:
    """`_` in a name is no wildcard, as Anki would have it."""
    models = student.col.models
    for name in ("nnanki a_b", "nnanki axb"):
        kind = models.copy(models.by_name("Basic"))
        kind["name"] = name
        models.update_dict(kind)
        note = student.col.new_note(models.get(kind["id"]))
        note["Front"] = name
        student.col.add_note(note, student.col.decks.id("Default"))
    found = student.col.find_notes(quoted("note:nnanki a_b"))

    assert [student.col.get_note(note)["Front"] for note in found] == ["nnanki a_b"]
    assert len(student.col.find_notes('"note:nnanki a_b"')) == 2


def test_a_note_type_beside_ours_is_in_the_way(student: Student) -> None:
    """Anki makes one where fields differ; joining them would move notes."""
    beside = replace(student.held(), beside=("nnanki sums+",))
    (reason,) = obstacles(opened(SECOND), beside)

    assert reason == (
        "has a second note type `nnanki sums+`, from an import of other fields",
        "change its notes to `nnanki sums`: Browse > Notes > Change Note Type",
    )


# -- what is not pushed ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("deck", "what"),
    [
        ("Default", "is no package of nnanki: it has the note type `Basic`"),
        ("Sums", "was exported by Anki, and its notes may be anybody's"),
    ],
)
def test_packages_of_others_are_refused(
    student: Student, file: Path, deck: str, what: str
) -> None:
    """One of other notes, and one of ours that Anki exported again."""
    student.col.export_anki_package(
        out_path=str(file),
        options=ExportAnkiPackageOptions(with_media=True, legacy=True),
        limit=DeckIdLimit(student.col.decks.id_for_name(deck)),
    )
    with answering("requestPermission", "deckNames") as anki:
        result = pushed(file, anki.url)

    hint = "hint: import it by File > Import in Anki"
    assert (result.output, result.exit_code) == (f"sums.apkg  {what}\n{hint}\n\n", 2)


def test_what_is_no_package_is_refused(file: Path) -> None:
    """In the words of whoever reads packages."""
    file.write_bytes(b"no zip")
    with answering("requestPermission", "deckNames") as anki:
        result = pushed(file, anki.url)

    assert result.output.startswith("sums.apkg  is no Anki package\nhint: ")
    assert result.exit_code == 2


def test_the_project_s_own_package_is_built_if_it_is_stale(tiny: Path) -> None:
    """After Anki was found, and before it is asked for anything else."""
    with answering("requestPermission", "deckNames") as anki:
        result = CliRunner().invoke(main, ["-C", str(tiny), "push", "--url", anki.url])

    assert result.output == (
        "4 cards, 2 symbols, 0 problems\n"
        "Anki  does not: this was not recorded\n"
        "hint: look at Anki's window; nothing was imported\n\n"
    )
    assert result.exit_code == 1
    assert (tiny / "dist" / "tiny.apkg").exists()


def answering(*actions: str) -> Played:
    """AnkiConnect as far as these actions."""
    played = Played("fresh")
    played.left = [each for each in played.left if each[0]["action"] in actions]
    return played


# -- where no Anki answers ------------------------------------------------------------


class Files(SimpleHTTPRequestHandler):
    """A server of files, as `python -m http.server` is one."""

    def log_message(self, *_: object) -> None:
        """No news."""


class Web(Files):
    """A server that answers anything with a page."""

    def do_POST(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<h1>It works</h1>")


class Closed(Files):
    """A server that lets nobody in."""

    def do_POST(self) -> None:
        self.send_error(403)


@pytest.mark.parametrize(
    ("server", "what"),
    [
        (Files, "something else than AnkiConnect listens here"),
        (Web, "something else than AnkiConnect listens here"),
        (Closed, "AnkiConnect does not let us in"),
    ],
)
def test_another_server_is_told_from_anki(
    file: Path, server: type[Files], what: str
) -> None:
    """Real servers: one for files, one that says a page to everything, one shut."""
    file.write_bytes(FIRST)
    with HTTPServer(("127.0.0.1", 0), server) as other:
        Thread(target=other.serve_forever, args=(0.01,), daemon=True).start()
        result = pushed(file, f"http://127.0.0.1:{other.server_port}")
        other.shutdown()

    where = f"127.0.0.1:{other.server_port}"
    assert result.output.startswith(f"{where}  {what}\nhint: ")
    assert (result.output.count("\n"), result.exit_code) == (3, 2)


def test_no_anki_is_one_clear_word(file: Path) -> None:
    """Nothing listens: it does not run, or it has no AnkiConnect."""
    file.write_bytes(FIRST)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    result = pushed(file, f"http://127.0.0.1:{port}")

    assert (result.output, result.exit_code) == (
        f"127.0.0.1:{port}  no Anki with AnkiConnect listens here: Connection refused\n"
        "hint: start Anki, and install the add-on AnkiConnect there: its code is"
        " 2055492159, under Tools > Add-ons > Get Add-ons\n\n",
        2,
    )


def test_an_anki_that_is_busy_is_not_waited_for_for_ever() -> None:
    """It accepts and says nothing, as while it syncs."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        anki = Anki(f"http://127.0.0.1:{silent.getsockname()[1]}", patience=0.1)
        with pytest.raises(Refused) as refused:
            anki.greet()

    assert refused.value.problem.what == "Anki does not answer within 0 seconds"
    assert (
        refused.value.problem.hint == "wait until it has synced, and close its dialogs"
    )


@pytest.mark.parametrize("url", ["anki", "ftp://127.0.0.1", "http://"])
def test_an_address_that_is_none_is_a_wrong_use(file: Path, url: str) -> None:
    """As any option that cannot be understood."""
    file.write_bytes(FIRST)
    result = pushed(file, url)

    assert f"`{url}` is no address like http://127.0.0.1:8765" in result.output
    assert result.exit_code == 2
