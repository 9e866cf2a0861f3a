"""The examples in the docstrings of `nnanki.nn`."""

import doctest
import importlib
import inspect
import pkgutil

import pytest

import nnanki.nn

MODULES = [module.name for module in pkgutil.iter_modules(nnanki.nn.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_examples_print_what_they_show(name: str) -> None:
    """Each example in a docstring is run, and prints what stands below it."""
    module = importlib.import_module(f"nnanki.nn.{name}")

    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("name", MODULES)
def test_each_function_has_an_example(name: str) -> None:
    """No function, class or method is documented without a run example."""
    module = importlib.import_module(f"nnanki.nn.{name}")
    own = [
        value
        for _, value in inspect.getmembers(module)
        if getattr(value, "__module__", "") == module.__name__
    ]
    methods = [m for c in own if inspect.isclass(c) for m in vars(c).values()]
    documented = {
        value.__qualname__
        for value in [*own, *methods]
        if inspect.isfunction(value) and (value in own or value.__doc__)
    } | {value.__qualname__ for value in own if inspect.isclass(value)}

    found = doctest.DocTestFinder(exclude_empty=True).find(module)
    with_example = {
        t.name.removeprefix(f"{module.__name__}.") for t in found if t.examples
    }
    assert documented == with_example
