"""Jinja and templates/: a project's own, before the ones that come with nnanki."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cache, cached_property
from pathlib import Path
from types import CodeType
from typing import Any

import jinja2

from nnanki.model.card import FIELDS, NoteType, Place
from nnanki.model.disk.cache import digest
from nnanki.model.disk.reader import Reader
from nnanki.model.disk.text import NEWLINE
from nnanki.model.notation import MEANINGS
from nnanki.model.problem import Problem, Refused, neighbour
from nnanki.model.project import Project
from nnanki.model.schema import schema
from nnanki.notes.anki_template import mistakes

WHOLE = 1000  # a caret below all of a line
HINT = "mend the template; nnanki's own of that name shows what it is given"


class _Loader(jinja2.BaseLoader):
    """Reads each template once, and compiles each text once in a process."""

    def __init__(self, reader: Reader, folders: Sequence[Path]) -> None:
        self.reader, self.folders = reader, folders

    @cached_property
    def names(self) -> dict[str, Path]:
        """The file of each template: the first that has its name."""
        return {
            path.relative_to(folder).as_posix(): path
            for folder in reversed(self.folders)
            for path in self.reader.glob(folder, "**/*")
        }

    def get_source(self, environment: Any, template: str) -> tuple[str, str, None]:  # noqa: ARG002 -- Jinja names it
        if template not in self.names:
            raise jinja2.TemplateNotFound(template)
        file = self.names[template]
        # One end of line everywhere: the package is the same whatever Git made of the
        # file.
        return NEWLINE.sub("\n", self.reader.read(file).decode()), str(file), None

    def load(self, environment: Any, name: str, globals: Any = None) -> jinja2.Template:  # noqa: A002 -- Jinja names it
        if name not in self.names:  # most kinds have none of their own
            raise jinja2.TemplateNotFound(name)
        source, file, _ = self.get_source(environment, name)
        code = _compiled(source, name, file)
        make = environment.template_class.from_code
        return make(environment, code, globals or {})  # type: ignore[no-any-return]


@cache
def _compiled(source: str, name: str, file: str) -> CodeType:
    return _environment(None).compile(source, name, file)


def _environment(loader: jinja2.BaseLoader | None) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=loader,
        auto_reload=False,
        autoescape=lambda name: not (name or "").endswith(".css"),
        # A misspelled name is a mistake, where Jinja by default would show nothing.
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Others than Jinja's own, because `{{Front}}` is Anki's and must stay as it is.
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="[[",
        variable_end_string="]]",
        comment_start_string="<#",
        comment_end_string="#>",
    )
    environment.globals["meanings"] = MEANINGS
    return environment


class Templates:
    """A project's own templates, before the ones that come with nnanki."""

    def __init__(self, project: Project, own: bool = True) -> None:
        self.project = project
        self.root = project.root
        self.folders = project.templates if own else project.templates[1:]
        self.loader = _Loader(project.reader, self.folders)
        self.jinja = _environment(self.loader)

    def prepare(self) -> None:
        """Compile all of them that are HTML; a mistake is told when one is rendered."""
        for name in self.loader.names:
            if name.endswith(".html"):
                with suppress(jinja2.TemplateError, OSError, UnicodeDecodeError):
                    self.jinja.get_template(name)

    def render(self, name: str, **values: Any) -> str:
        """A template's text; raises Refused with the line that is wrong."""
        try:
            return self.jinja.get_template(name).render(**values)
        except Exception as error:  # whatever a template says or calls may fail
            raise Refused(self._problem(name, error)) from error

    def source(self, name: str) -> str:
        """A template's text as it stands: what is in it is not Jinja."""
        try:
            return self.loader.get_source(self.jinja, name)[0]
        except jinja2.TemplateNotFound as error:
            raise Refused(self._problem(name, error)) from error

    def place(self, name: str, words: str) -> Place:
        """Where some words stand in a template: the project's, or nnanki's own."""
        for folder in self.folders:
            path = folder / name
            if path.is_file():
                lines = path.read_text(encoding="utf-8").split("\n")
                for number, line in enumerate(lines, start=1):
                    if words in line:
                        column = line.index(words) + 1
                        return Place(self._path(path), number, column, len(words))
        return Place(f"templates/{name}")

    def _problem(self, name: str, error: Exception) -> Problem:
        """What went wrong, at the last line of the project's own that led there."""
        place = Place(f"templates/{name}", getattr(error, "lineno", None) or 1)
        for folder in reversed(self.folders):
            for file, line in _lines(error):
                if file.is_relative_to(folder):
                    place = Place(self._path(file), line, 1, WHOLE)
        if isinstance(error, jinja2.TemplateSyntaxError) and error.filename:
            place = Place(self._path(Path(error.filename)), error.lineno, 1, WHOLE)
        what = f"no template `{error}`" if _missing(error) else f"template: {error}"
        return Problem(place, what, HINT)

    def _path(self, file: Path) -> str:
        inside = file.is_relative_to(self.root)
        return (file.relative_to(self.root) if inside else file).as_posix()


def _lines(error: Exception) -> Iterator[tuple[Path, int]]:
    """The files and lines that an error went through; Jinja names its templates."""
    for frame, line in traceback.walk_tb(error.__traceback__):
        yield Path(frame.f_code.co_filename), line


def _missing(error: Exception) -> bool:
    return isinstance(error, jinja2.TemplateNotFound)


def note_type(project: Project, templates: Templates) -> NoteType:
    """Both sides and the style, rendered, with no tag that Anki does not know."""
    front = templates.render("front.html", url=project.url)
    back = templates.render("back.html", url=project.url)
    # No look that a project has instead of ours turns code around.
    css = templates.render("direction.css") + templates.render("style.css")
    for name, text in (("front.html", front), ("back.html", back)):
        for tag, what, word in mistakes(text):
            hint = neighbour(word, FIELDS) if word else "look at the tags around it"
            raise Refused(Problem(templates.place(name, tag), what, hint))
    name = digest(FIELDS, front, back, css)[:16]
    return NoteType(front, back, css, name, schema(project))
