"""Code of cards, run in isolation: against one loop, and without torch."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from measure import IMPORT_TORCH, Row, forgotten, nnanki, ratio, seconds

SNIPPET = """a = torch.arange({n}, {n} + 6, dtype=torch.float32).reshape(2, 3)
b = a @ a.T
print(b.sum().item(), b.shape)
"""
PROJECT = '[tool.nnanki]\nname = "snippets"\n'
HEAD = "---\ntitle: Snippets {n}\nsetup: |\n  import {module}\n---\n"
CARD = "\n## snippet-{n}\n\nWhat?\n\n```python run\n{code}```\n\n---\n\nThat.\n"


def project_of(folder: Path, module: str, codes: list[str]) -> Path:
    """A project whose cards run some snippets, ten in a file, golden text written."""
    root = folder / module
    (root / "cards").mkdir(parents=True)
    (root / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    for start in range(0, len(codes), 10):
        head = HEAD.format(n=start, module=module)
        cards = (
            CARD.format(n=start + n, code=code)
            for n, code in enumerate(codes[start : start + 10])
        )
        path = root / "cards" / f"{start}-snippets-{start}.md"
        path.write_text(head + "".join(cards), encoding="utf-8")
    nnanki(root, "update")
    return root


def snippets(folder: Path) -> Iterator[Row]:
    """A hundred snippets with torch, isolated, against one loop in one process."""
    codes = [SNIPPET.format(n=n) for n in range(100)]
    root = project_of(folder, "torch", codes)
    loop = folder / "loop.py"
    listed = json.dumps(codes)
    loop.write_text(
        f"import json, torch\nfor code in json.loads({listed!r}):\n"
        "    exec(compile(code, 'snippet', 'exec'), {'torch': torch})\n",
        encoding="utf-8",
    )

    def ours() -> float:
        forgotten(root)
        return nnanki(root, "check")

    times, took = ratio(ours, lambda: seconds([sys.executable, str(loop)], root))
    measured = f"{times:.2f} times ({took:.1f} s)"
    what = "100 torch snippets, two interpreters, against one in-process loop"
    yield Row(what, measured, "at most 1.6 times", times <= 1.6)


def numpy(folder: Path) -> Iterator[Row]:
    """An edited snippet that needs NumPy alone, beside others with torch."""
    code = "import sys\nprint(numpy.arange({n}).sum(), 'torch' in sys.modules)\n"
    root = project_of(folder, "numpy", [code.format(n=n) for n in range(10)])
    (path,) = (root / "cards").glob("*.md")
    assert "False" in path.read_text(encoding="utf-8")

    def ours() -> float:
        forgotten(root)
        return nnanki(root, "check")

    times, took = ratio(ours, lambda: seconds(IMPORT_TORCH, root))
    measured = f"{times:.2f} times ({took:.2f} s)"
    what = "snippets with NumPy alone, against `import torch`"
    yield Row(what, measured, "less than 1", times < 1)
