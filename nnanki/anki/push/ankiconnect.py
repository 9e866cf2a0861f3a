"""The way to a running Anki: its add-on AnkiConnect, which listens on this machine.

https://git.sr.ht/~foosoft/anki-connect tells all that it can be asked.
"""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NotRequired, TypedDict
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from nnanki.model.card import Place
from nnanki.model.problem import Problem, Refused

URL = "http://127.0.0.1:8765"
ADDON = "2055492159"
VERSION = 6
LONG = 600.0  # seconds that an import may take
NOWHERE = "/nnanki-asks-which-importer-this-is.apkg"
INSTALL = f"its code is {ADDON}, under Tools > Add-ons > Get Add-ons"


Params = dict[str, str | list[int]]


class Question(TypedDict):
    """What AnkiConnect is asked."""

    action: str
    version: int
    params: Params
    key: NotRequired[str]


class FieldInfo(TypedDict):
    """A field of a note, as AnkiConnect tells of it."""

    value: str
    order: int


class NoteInfo(TypedDict):
    """A note, as AnkiConnect tells of it; only newer versions say when it changed."""

    noteId: int
    fields: dict[str, FieldInfo]
    tags: list[str]
    cards: list[int]
    mod: NotRequired[int]


class Declined(Exception):
    """Raised where Anki did not do what it was asked for; its own words."""


@dataclass(frozen=True)
class Look:
    """How Anki shows a note type: its templates' names and sides, its style."""

    templates: tuple[tuple[str, str, str], ...]
    css: str


@dataclass(frozen=True)
class Anki:
    """A running Anki. A question that it cannot answer raises Refused, or Declined."""

    url: str = URL
    key: str = ""
    patience: float = 20.0  # seconds that a usual answer may take

    def greet(self) -> None:
        """Make sure that AnkiConnect is there, lets us in, and has a collection."""
        # The one action that AnkiConnect answers without a key, and to any origin.
        answer = self._exchange("requestPermission", self.patience, {})
        if not isinstance(answer, dict) or answer.get("permission") != "granted":
            raise self._refusal("AnkiConnect does not let us in", CONFIG)
        if answer.get("requireApikey") and not self.key:
            hint = "give it with `--key`, or in the variable ANKICONNECT_KEY"
            raise self._refusal("AnkiConnect asks for a key", hint)
        if answer.get("version", 0) < VERSION:
            raise self._refusal("this AnkiConnect is too old", f"update it: {INSTALL}")
        self.ask("deckNames")

    def ask(self, action: str, **params: str | list[int]) -> Any:
        """What AnkiConnect answers."""
        return self._exchange(
            action, LONG if action == "importPackage" else self.patience, params
        )

    def types(self) -> dict[int, str]:
        """The names of all note types, by their ids."""
        return {int(key): name for name, key in self.ask("modelNamesAndIds").items()}

    def notes(self, query: str) -> list[NoteInfo]:
        """All that AnkiConnect tells about the notes that a search finds."""
        numbers = self.ask("findNotes", query=query)
        # A note that is deleted in between is told of as an empty object.
        return [note for note in self.ask("notesInfo", notes=numbers) if note]

    def look(self, name: str) -> Look:
        """How notes of a type look."""
        templates = self.ask("modelTemplates", modelName=name)
        sides = [(key, each["Front"], each["Back"]) for key, each in templates.items()]
        return Look(tuple(sides), self.ask("modelStyling", modelName=name)["css"])

    def forgets_options(self) -> bool:
        """Whether an import leaves the options of File > Import alone.

        Before Anki 26.09 AnkiConnect imports in a way of its own, which does. The two
        differ in how they say that there is no such file.
        """
        try:
            self.ask("importPackage", path=NOWHERE)
        except Declined as error:
            return str(error).startswith("[Errno")
        return True

    def take(self, package: Path) -> None:
        """Import a package."""
        if self.ask("importPackage", path=str(package)) is not True:
            raise Declined("it does not say why")

    def _exchange(self, action: str, seconds: float, params: Params) -> Any:
        question = Question(action=action, version=VERSION, params=params)
        if self.key:
            question["key"] = self.key
        answer = self._answer(json.dumps(question).encode(), seconds)
        try:
            answer = json.loads(answer)
            result, error = answer["result"], answer["error"]
        except (ValueError, LookupError, TypeError):
            raise self._stranger() from None
        if error is not None:
            raise self._declined(str(error))
        return result

    def _answer(self, question: bytes, seconds: float) -> bytes:
        """The bytes of an answer, or the reason why there is none."""
        request = Request(self.url, question, {"Content-Type": "application/json"})
        # Even where a proxy is set for all of this machine, Anki listens here.
        try:
            with build_opener(ProxyHandler({})).open(request, timeout=seconds) as reply:
                return bytes(reply.read())
        except HTTPError as error:
            error.close()
            if error.code == http.client.FORBIDDEN:
                what = "AnkiConnect does not let us in"
                raise self._refusal(what, CONFIG) from None
            raise self._stranger() from None
        except TimeoutError:
            raise self._busy(seconds) from None
        except URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise self._busy(seconds) from None
            raise self._silent(error.reason) from None
        except (http.client.HTTPException, OSError):
            raise self._stranger() from None

    # -- what can go wrong ------------------------------------------------------------

    def _refusal(self, what: str, hint: str) -> Refused:
        where = urlsplit(self.url).netloc.rpartition("@")[2]
        return Refused(Problem(Place(where, line=0), what, hint))

    def _silent(self, reason: object) -> Refused:
        what = getattr(reason, "strerror", None) or reason
        hint = f"start Anki, and install the add-on AnkiConnect there: {INSTALL}"
        return self._refusal(f"no Anki with AnkiConnect listens here: {what}", hint)

    def _stranger(self) -> Refused:
        hint = "name Anki's own address with `--url`; it is in AnkiConnect's settings"
        return self._refusal("something else than AnkiConnect listens here", hint)

    def _busy(self, seconds: float) -> Refused:
        what = f"Anki does not answer within {seconds:.0f} seconds"
        return self._refusal(what, "wait until it has synced, and close its dialogs")

    def _declined(self, error: str) -> Exception:
        if "api key" in error:
            hint = "take the `apiKey` of AnkiConnect's settings"
            return self._refusal("AnkiConnect does not accept this key", hint)
        if "collection is not available" in error or "CollectionNotOpen" in error:
            hint = "choose a profile in Anki, or wait until it has synced"
            return self._refusal("Anki has no collection open", hint)
        return Declined(error)


CONFIG = "see AnkiConnect's settings: Tools > Add-ons > AnkiConnect > Config"


def quoted(*terms: str) -> str:
    """A search for all of these, each taken as it is."""
    return " ".join(f'"{_plain(term)}"' for term in terms)


def _plain(term: str) -> str:
    """A term in which `*` and `_` stand for themselves."""
    head, _, tail = term.partition(":")
    for sign in '\\*_"':
        tail = tail.replace(sign, f"\\{sign}")
    return f"{head}:{tail}"
