"""A diff as a comment on a pull request, which no card's text can break."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nnanki.anki.diff import Change, Diff, Item, Loss
from nnanki.anki.diff.terminal import grouped, shared, summary
from nnanki.anki.word_diff import escaped, markdown
from nnanki.model.plural import few

MOST = 65_536  # letters of a comment on GitHub
FOLDED = 10  # changed notes; more are folded one by one
CUT = "<p>Cut: a comment has its limit; <code>nnanki diff</code> shows all.</p>"


def page(diff: Diff, old: str, new: str) -> str:
    """The diff, or as much of it as a comment holds: first what would be lost."""
    head = f"<h3>What learners get: {escaped(old)} → {escaped(new)}</h3>"
    parts = [head, f"<p><b>{escaped(summary(diff))}</b></p>"]
    parts += [part for part in _parts(diff) if part]
    return _cut(parts)


def _parts(diff: Diff) -> Iterator[str]:
    yield from map(_loss, diff.losses)
    for change in diff.changed:
        yield _change(change, folded=len(diff.changed) > FOLDED)
    yield _items("added", diff.added)
    yield _items("left the deck, and say so", diff.retired)
    yield _items("removed, but learners keep them", diff.removed)
    if what := list(shared(diff)):
        yield f"<ul>{''.join(f'<li>{escaped(line)}</li>' for line in what)}</ul>"


def _cut(parts: Sequence[str]) -> str:
    """Whole parts, and a word where they were too many."""
    text = ""
    for part in parts:
        if len(text) + len(part) + len(CUT) + 4 > MOST:
            return f"{text}{CUT}"
        text += f"{part}\n\n"
    return text.rstrip("\n")


def _loss(loss: Loss) -> str:
    names = f": {escaped(few(loss.names))}" if loss.names else ""
    lines = (f"<b>{escaped(loss.what)}</b>{names}", _spoken(loss.effect))
    return f"<p>⚠️ {'<br>'.join((*lines, f'→ {_spoken(loss.hint)}'))}</p>"


def _spoken(text: str) -> str:
    """A sentence of ours, with its code as code."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", escaped(text))


def _change(change: Change, folded: bool) -> str:
    group = f" ({escaped(change.item.group)})" if change.item.group else ""
    head = f"<b>{escaped(change.item.name)}</b>{group}"
    parts = [
        f"<p><i>{escaped(name)}</i></p>\n\n{markdown(rows)}"
        for name, rows in change.words
    ]
    tags = [f"<del>{escaped(tag)}</del>" for tag in change.tags_gone]
    tags += [f"<ins>{escaped(tag)}</ins>" for tag in change.tags_come]
    parts += [f"<p><i>tags</i> {' '.join(tags)}</p>"] if tags else []
    parts += [f"<p>{escaped(remark)}</p>" for remark in change.remarks]
    inside = "\n\n".join(parts)
    start = "<details>" if folded else "<details open>"
    return f"{start}<summary>{head}</summary>\n\n{inside}\n\n</details>"


def _items(head: str, items: Sequence[Item]) -> str:
    """A folded list of notes, by concept."""
    if not items:
        return ""
    summary = f"<summary>{escaped(head)}: {len(items)}</summary>"
    lists = "".join(
        (f"<p>{escaped(group)}</p>" if group else "")
        + f"<ul>{''.join(map(_item, mine))}</ul>"
        for group, mine in grouped(items)
    )
    return f"<details>{summary}{lists}</details>"


def _item(item: Item) -> str:
    front = f" {escaped(item.front)}" if item.front else ""
    return f"<li><b>{escaped(item.name)}</b>{front}</li>"
