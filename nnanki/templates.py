"""Jinja and templates/: a project's own, before the ones that come with nnanki."""

from __future__ import annotations

from functools import cache, cached_property
from pathlib import Path
from types import CodeType
from typing import Any

import jinja2

from nnanki.cache import digest
from nnanki.card import FIELDS, NoteType, Place
from nnanki.errors import Problem, Refused
from nnanki.project import Project


class _Loader(jinja2.FileSystemLoader):
    """Reads each template once, and compiles each text once in a process."""

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(self.list_templates())

    def load(self, environment: Any, name: str, globals: Any = None) -> jinja2.Template:  # noqa: A002 -- Jinja names it
        if name not in self.names:  # most kinds have none of their own
            raise jinja2.TemplateNotFound(name)
        source, file, current = self.get_source(environment, name)
        code = _compiled(source, name, file)
        make = environment.template_class.from_code
        return make(environment, code, globals or {}, current)  # type: ignore[no-any-return]


@cache
def _compiled(source: str, name: str, file: str) -> CodeType:
    return _environment(None).compile(source, name, file)


def _environment(loader: jinja2.BaseLoader | None) -> jinja2.Environment:
    return jinja2.Environment(
        loader=loader,
        auto_reload=False,
        autoescape=lambda name: not (name or "").endswith(".css"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="[[",
        variable_end_string="]]",
        comment_start_string="<#",
        comment_end_string="#>",
    )


class Templates:
    """A project's own templates, before the ones that come with nnanki."""

    def __init__(self, project: Project) -> None:
        self.folders = project.templates
        self.jinja = _environment(_Loader(self.folders))

    def render(self, name: str, **values: Any) -> str:
        """A template's text; raises Refused with the line that is wrong."""
        try:
            return self.jinja.get_template(name).render(**values)
        except (jinja2.TemplateError, ArithmeticError, LookupError, TypeError) as error:
            raise Refused(self._problem(error)) from error

    def _problem(self, error: Exception) -> Problem:
        name = getattr(error, "name", None) or ""
        line = getattr(error, "lineno", None) or 1
        trace = error.__traceback__
        while trace is not None:
            file = Path(trace.tb_frame.f_code.co_filename)
            if any(file.is_relative_to(folder) for folder in self.folders):
                name, line = file.name, trace.tb_lineno
            trace = trace.tb_next
        hint = "mend the template; nnanki's own of that name shows what it is given"
        return Problem(Place(f"templates/{name}", line), f"template: {error}", hint)


def note_type(project: Project, templates: Templates) -> NoteType:
    """Both sides and the style, rendered."""
    front = templates.render("front.html", url=project.url)
    back = templates.render("back.html", url=project.url)
    css = templates.render("style.css")
    return NoteType(front, back, css, digest(FIELDS, front, back, css)[:16])
