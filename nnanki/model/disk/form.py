"""The form of a value that was read from a file, which anybody may have written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

NUMBER = (int, float)


def fits(value: Any, form: Any) -> bool:
    """Whether a value has a form at every depth.

    A form is a type, or several of which one fits; `[form]`, a list of such; a dict
    with the keys that must be there, of which those with a `?` may be missing; a dict
    with `str` as its key, then any keys; a function that says whether a value fits.

    >>> fits({"lines": {"3": ["a"]}}, {"lines": {str: [str]}, "said?": str})
    True
    >>> fits({"lines": ["a"]}, {"lines": {str: [str]}})
    False
    """
    if isinstance(form, tuple):
        return any(fits(value, one) for one in form)
    if isinstance(form, list):
        return isinstance(value, list) and all(fits(item, form[0]) for item in value)
    if isinstance(form, type):
        return isinstance(value, form)
    if not isinstance(form, dict):
        return bool(form(value))
    if not isinstance(value, dict):
        return False
    if str in form:
        return all(fits(item, form[str]) for item in value.values())
    return all(_has(value, key, form[key]) for key in form)


def one_of(*values: object) -> Callable[[Any], bool]:
    return lambda value: value in values


def _has(value: Mapping[str, Any], key: str, form: Any) -> bool:
    name = key.removesuffix("?")
    return fits(value[name], form) if name in value else name != key
