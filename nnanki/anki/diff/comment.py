"""A diff as a comment on a pull request, which no card's text can break."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nnanki.anki.diff.compare import Diff, NoteChange
from nnanki.anki.diff.losses import Loss
from nnanki.anki.diff.naming import Label
from nnanki.anki.diff.terminal import by_concept, headline, shared
from nnanki.anki.word_diff import escape_markdown, to_markdown
from nnanki.model.plural import few

MOST = 65_536  # letters of a comment on GitHub, which refuses a longer one whole
FOLDED = 10  # changed notes; more are folded one by one
CUT = "<p>Cut: a comment has its limit; <code>nnanki diff</code> shows all.</p>"


def comment_body(diff: Diff, old: str, new: str) -> str:
    """The diff, or as much of it as a comment holds: first what would be lost."""
    head = (
        f"<h3>What learners get: {escape_markdown(old)} → {escape_markdown(new)}</h3>"
    )
    parts = [head, f"<p><b>{escape_markdown(headline(diff))}</b></p>"]
    parts += [part for part in _parts(diff) if part]
    return _cut(parts)


def _parts(diff: Diff) -> Iterator[str]:
    yield from map(_loss, diff.losses)
    for change in diff.changes:
        yield _change(change, folded=len(diff.changes) > FOLDED)
    yield _list("added", diff.added)
    yield _list("left the deck, and say so", diff.retired)
    yield _list("removed, but learners keep them", diff.removed)
    if what := list(shared(diff)):
        lines = (f"<li>{escape_markdown(line)}</li>" for line in what)
        yield f"<ul>{''.join(lines)}</ul>"


def _cut(parts: Sequence[str]) -> str:
    """Whole parts, and a word where they were too many."""
    text = ""
    for part in parts:
        # A part is never cut in two: half a `<details>` would swallow the rest.
        if len(text) + len(part) + len(CUT) + 4 > MOST:
            return f"{text}{CUT}"
        text += f"{part}\n\n"
    return text.rstrip("\n")


def _loss(loss: Loss) -> str:
    names = f": {escape_markdown(few(loss.names))}" if loss.names else ""
    lines = (f"<b>{escape_markdown(loss.what)}</b>{names}", _spoken(loss.effect))
    return f"<p>⚠️ {'<br>'.join((*lines, f'→ {_spoken(loss.hint)}'))}</p>"


def _spoken(text: str) -> str:
    """A sentence of ours, with its code as code."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape_markdown(text))


def _change(change: NoteChange, folded: bool) -> str:
    group = f" ({escape_markdown(change.label.group)})" if change.label.group else ""
    head = f"<b>{escape_markdown(change.label.name)}</b>{group}"
    parts = [
        f"<p><i>{escape_markdown(name)}</i></p>\n\n{to_markdown(rows)}"
        for name, rows in change.words
    ]
    tags = [f"<del>{escape_markdown(tag)}</del>" for tag in change.old_tags]
    tags += [f"<ins>{escape_markdown(tag)}</ins>" for tag in change.new_tags]
    parts += [f"<p><i>tags</i> {' '.join(tags)}</p>"] if tags else []
    parts += [f"<p>{escape_markdown(remark)}</p>" for remark in change.remarks]
    inside = "\n\n".join(parts)
    start = "<details>" if folded else "<details open>"
    return f"{start}<summary>{head}</summary>\n\n{inside}\n\n</details>"


def _list(head: str, labels: Sequence[Label]) -> str:
    """A folded list of notes, by concept."""
    if not labels:
        return ""
    summary = f"<summary>{escape_markdown(head)}: {len(labels)}</summary>"
    lists = "".join(
        (f"<p>{escape_markdown(group)}</p>" if group else "")
        + f"<ul>{''.join(map(_entry, mine))}</ul>"
        for group, mine in by_concept(labels)
    )
    return f"<details>{summary}{lists}</details>"


def _entry(label: Label) -> str:
    front = f" {escape_markdown(label.front)}" if label.front else ""
    return f"<li><b>{escape_markdown(label.name)}</b>{front}</li>"
