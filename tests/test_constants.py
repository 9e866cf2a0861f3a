"""Expected values of checks: those that matter are left alone."""

from pathlib import Path

from click.testing import CliRunner

from nnanki.cli import main

# What people write to hold a claim to account; none of it may be found fault with.
GOOD = """
assert x == 2
assert 2 == x
assert x == 2.0
assert x != 3
assert x is not None
assert x < 3
assert 1 < x < 3
assert x >= 2
assert -x == -2
assert abs(x - 2) < 0.5
assert abs(2 - x) < 0.5
assert math.isclose(x, 2.0)
assert math.isclose(2, x, abs_tol=0.1)
assert numbers == [1, 2, 3]
assert numbers[0] == 1
assert numbers[-1] > numbers[0]
assert numbers[:2] == [1, 2]
assert len(numbers) == 3
assert numbers.index(3) == 2
assert sum(numbers) == 6
assert 2 in numbers
assert 7 not in numbers
assert numbers == sorted(numbers)
assert text == "two"
assert text.startswith("t")
assert text[0] == "t" and x == 2
assert isinstance(x, int)
assert {"a": 1}["a"] == x - 1
assert Fraction(x, 4) == Fraction(1, 2)
assert (x, text) == (2, "two")
assert all(n > 0 for n in numbers)
assert any(n == 3 for n in numbers)
assert not text.isdigit()
assert x == 2, "words"
assert next(steps) == 1
assert next(steps) == 2
assert str(x) == "2"
assert bool(x) is True
assert f"{x:.1f}" == "2.0"
assert abs(0.1 + 0.2 - 0.3) < 1e-15
for number, square in ((1, 1), (2, 4)):
    assert number**2 == square
    assert square > 0
""".strip()
CARD = """---
title: Checks
setup: |
  import math
  from fractions import Fraction
  from toy import kink
---

## checks

Which?

```python check
x = kink.relu(2)
numbers, text, steps = [1, 2, 3], "two", iter([1, 2])
{good}
```

---

All of them.
"""


def test_no_good_check_is_found_fault_with(tiny: Path) -> None:
    """Indices, bounds, tolerances and iterators that are read once are left alone."""
    card = CARD.format(good=GOOD)
    (tiny / "cards/3-checks.md").write_text(card, encoding="utf-8")
    result = CliRunner().invoke(main, ["-C", str(tiny), "update"])

    assert result.exit_code == 0, result.output
