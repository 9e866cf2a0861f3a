"""Other ways to write the same: what else could stand at a hidden place of code.

A rewrite is hopeful: the tests decide whether it is right where it stands.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass

from nnanki.mutate.sites import called, nodes, one
from nnanki.mutate.splice import Change, Module

Changes = Iterator[Change]
Make = Callable[[Module], Changes]
TENSOR = {"abs", "exp", "log", "mean", "relu", "sigmoid", "sqrt", "square", "sum"}
EINSUM = "ik,kj->ij"  # what `@` does
PATTERNS = ("ij,jk->ik", "ik,kj", "ij,jk", "ki,ij")  # the last one is its transpose
ORDER = (ast.Lt, ast.LtE, ast.Eq, ast.NotEq, ast.GtE, ast.Gt)
TURNED = (ast.Gt, ast.GtE, ast.Eq, ast.NotEq, ast.LtE, ast.Lt)
MIRRORED = dict(zip(ORDER, TURNED, strict=True))


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One way to say the same in other words."""

    name: str
    sentence: str
    make: Make


@dataclass(frozen=True, slots=True)
class Filler:
    """What could stand at a hidden place, and the whole module with it."""

    rewrite: str
    text: str
    module: str


REWRITES: dict[str, Rewrite] = {}


def rewrite(make: Make) -> Make:
    """Register a generator of changes under its own name, with hyphens."""
    name = make.__name__.replace("_", "-")
    sentence = (make.__doc__ or "").split("\n")[0]
    REWRITES[name] = Rewrite(name, sentence, make)
    return make


def fillers(text: str, name: str, start: int, stop: int) -> list[Filler]:
    """All that rewrites put at `start:stop` of a module's text, each once.

    `name` is the definition in which the place lies.

    >>> code = "def f(a, b):\\n    return a + b\\n"
    >>> [filler.text for filler in fillers(code, "f", 24, 29)]
    ['b + a']
    """
    module = Module(text, name)
    seen = {_bare(text[start:stop])}
    found = []
    for rule in REWRITES.values():
        for change in rule.make(module):
            made = module.splice(change)
            after = made.text if made is not None else ""
            there = len(after) - (len(text) - stop)
            if after[:start] != text[:start] or after[there:] != text[stop:]:
                continue
            filler = after[start:there]
            if there > start and _bare(filler) not in seen:
                seen.add(_bare(filler))
                found.append(Filler(rule.name, filler, after))
    return found


def _bare(text: str) -> str:
    return "".join(text.split())


def _name(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())


def _torch(name: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Attribute(_name("torch"), name, ast.Load()), [*arguments], [])


def _method(thing: ast.expr, name: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Attribute(thing, name, ast.Load()), [*arguments], [])


def _of_torch(call: ast.Call, name: str = "") -> bool:
    """Whether something is called as `torch.NAME(…)`."""
    function = call.func
    if not isinstance(function, ast.Attribute):
        return False
    owner = function.value
    ours = isinstance(owner, ast.Name) and owner.id == "torch"
    return ours and (called(call) == name if name else called(call) in TENSOR)


def _load(node: ast.expr) -> ast.expr:
    """An expression that was assigned to, as one that is read."""
    copy = deepcopy(node)
    if isinstance(copy, ast.Name | ast.Attribute | ast.Subscript):
        copy.ctx = ast.Load()
    return copy


# -- operators ------------------------------------------------------------------------


@rewrite
def commute(module: Module) -> Changes:
    """Operands of a sum or a product stand in either order."""
    for node in nodes(module, ast.BinOp):
        if isinstance(node.op, ast.Add | ast.Mult):
            yield one(node, ast.BinOp(node.right, node.op, node.left))
    for statement in nodes(module, ast.AugAssign):
        value = statement.value
        if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add | ast.Mult):
            turned = ast.BinOp(value.right, value.op, value.left)
            yield one(value, turned)


@rewrite
def mirror_comparison(module: Module) -> Changes:
    """A comparison may be read from the right."""
    for node in nodes(module, ast.Compare):
        turned = MIRRORED.get(type(node.ops[0]))
        if len(node.ops) == 1 and turned is not None:
            yield one(node, ast.Compare(node.comparators[0], [turned()], [node.left]))


@rewrite
def power(module: Module) -> Changes:
    """A square is a product, and a method, too."""
    for node in nodes(module, ast.BinOp):
        two = isinstance(node.right, ast.Constant) and node.right.value == 2
        if isinstance(node.op, ast.Pow) and two:
            if isinstance(node.left, ast.Name):
                yield one(node, ast.BinOp(node.left, ast.Mult(), node.left))
            yield one(node, _method(node.left, "pow", ast.Constant(2)))
            yield one(node, _method(node.left, "square"))
            yield one(node, _torch("square", node.left))


@rewrite
def spell_matmul(module: Module) -> Changes:
    """The operator of the matrix product is a function, a method and a pattern."""
    for node in nodes(module, ast.BinOp):
        if isinstance(node.op, ast.MatMult):
            a, b = node.left, node.right
            yield one(node, _torch("matmul", a, b))
            yield one(node, _method(a, "matmul", b))
            yield one(node, _torch("einsum", ast.Constant(EINSUM), a, b))
    for call in nodes(module, ast.Call):
        if _of_torch(call, "einsum") and len(call.args) == 3:
            yield one(call, ast.BinOp(call.args[1], ast.MatMult(), call.args[2]))
            yield one(call, _torch("matmul", *call.args[1:]))


@rewrite
def other_letters(module: Module) -> Changes:
    """A pattern has letters of any names, and its result may go without saying."""
    for node in nodes(module, ast.Constant):
        if node.value == EINSUM:
            for pattern in PATTERNS:
                yield one(node, ast.Constant(pattern))


# -- assignments ----------------------------------------------------------------------


@rewrite
def unfold_update(module: Module) -> Changes:
    """An update in place can be written as an assignment."""
    for node in nodes(module, ast.AugAssign):
        new = ast.BinOp(_load(node.target), node.op, node.value)
        yield one(node, ast.Assign([node.target], new))


@rewrite
def fold_update(module: Module) -> Changes:
    """An assignment that adds to what is there is an update."""
    for node in nodes(module, ast.Assign):
        target, value = node.targets[0], node.value
        if isinstance(value, ast.BinOp) and isinstance(
            target, ast.Name | ast.Attribute | ast.Subscript
        ):
            same = ast.dump(_load(target)) == ast.dump(value.left)
            if same:
                yield one(node, ast.AugAssign(target, value.op, value.right))


@rewrite
def step_by_method(module: Module) -> Changes:
    """A step against the gradient is a method that works in place, too."""
    for node in nodes(module, ast.AugAssign):
        if isinstance(node.op, ast.Sub):
            thing = _load(node.target)
            yield one(node, ast.Expr(_method(thing, "sub_", node.value)))
            if isinstance(node.value, ast.BinOp):
                left = ast.UnaryOp(ast.USub(), node.value.left)
                minus = ast.BinOp(left, node.value.op, node.value.right)
                yield one(node, ast.AugAssign(node.target, ast.Add(), minus))


@rewrite
def clear_gradient(module: Module) -> Changes:
    """A gradient is cleared by taking it away, or by setting it to zero."""
    for node in nodes(module, ast.Assign):
        target = node.targets[0]
        nothing = isinstance(node.value, ast.Constant) and node.value.value is None
        if isinstance(target, ast.Attribute) and target.attr == "grad" and nothing:
            yield one(node, ast.Expr(_method(_load(target), "zero_")))
            zeros = _torch("zeros_like", target.value)
            yield one(node, ast.Assign([target], zeros))


@rewrite
def append_by_adding(module: Module) -> Changes:
    """To append is to add a list of one."""
    for node in nodes(module, ast.Expr):
        call = node.value
        if isinstance(call, ast.Call) and called(call) == "append":
            assert isinstance(call.func, ast.Attribute)
            item = ast.List(call.args, ast.Load())
            yield one(node, ast.AugAssign(_stored(call.func.value), ast.Add(), item))


def _stored(node: ast.expr) -> ast.Name:
    return ast.Name(node.id if isinstance(node, ast.Name) else "_", ast.Store())


# -- calls and indexes ----------------------------------------------------------------


@rewrite
def method_or_function(module: Module) -> Changes:
    """What a tensor can do is a method and a function of torch."""
    for node in nodes(module, ast.Call):
        if _of_torch(node) and node.args:
            thing, *rest = node.args
            made = _method(thing, called(node), *rest)
            yield one(node, ast.Call(made.func, made.args, node.keywords))
            if called(node) == "abs":
                yield one(node, ast.Call(_name("abs"), [thing], []))
        elif called(node) in TENSOR and isinstance(node.func, ast.Attribute):
            made = _torch(called(node), node.func.value, *node.args)
            yield one(node, ast.Call(made.func, made.args, node.keywords))


@rewrite
def keyword_or_position(module: Module) -> Changes:
    """An axis may be given by its place, and under NumPy's name."""
    for node in nodes(module, ast.Call):
        if called(node) in TENSOR and len(node.keywords) == 1:
            word = node.keywords[0]
            if word.arg in ("dim", "axis"):
                yield one(node, ast.Call(node.func, [*node.args, word.value], []))
                other = {"dim": "axis", "axis": "dim"}[word.arg]
                again = ast.keyword(other, word.value)
                yield one(node, ast.Call(node.func, node.args, [again]))


@rewrite
def keep_axis(module: Module) -> Changes:
    """That an axis is kept may be said by its place, and as in NumPy."""
    for node in nodes(module, ast.Call):
        for n, word in enumerate(node.keywords):
            if word.arg == "keepdim":
                others = [*node.keywords[:n], *node.keywords[n + 1 :]]
                again = ast.keyword("keepdims", word.value)
                yield one(node, ast.Call(node.func, node.args, [*others, again]))
                if node.args and not others:
                    placed = [*node.args, word.value]
                    yield one(node, ast.Call(node.func, placed, []))


@rewrite
def new_axis(module: Module) -> Changes:
    """A new axis is made by its place, counted from either end, or by an index."""
    for node in nodes(module, ast.Call):
        one_place = len(node.args) == 1 and isinstance(node.args[0], ast.Constant)
        if called(node) != "unsqueeze" or not one_place or node.keywords:
            continue
        last = ast.UnaryOp(ast.USub(), ast.Constant(1))
        yield one(node, ast.Call(node.func, [last], []))
        named = ast.keyword("dim", node.args[0])
        yield one(node, ast.Call(node.func, [], [named]))
        if isinstance(node.func, ast.Attribute) and _is_one(node.args[0]):
            index = ast.Tuple([ast.Slice(), ast.Constant(None)], ast.Load())
            yield one(node, ast.Subscript(node.func.value, index, ast.Load()))


def _is_one(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == 1


@rewrite
def relu_by_name(module: Module) -> Changes:
    """To set what is negative to zero has many names."""
    for node in nodes(module, ast.Call):
        if _of_torch(node, "where") and len(node.args) == 3:
            thing = node.args[2]
            yield one(node, _torch("relu", thing))
            low = [ast.keyword("min", ast.Constant(0))]
            method = _method(thing, "clamp")
            yield one(node, ast.Call(method.func, [], low))


@rewrite
def index_twice(module: Module) -> Changes:
    """Two indexes in one pair of brackets, or in two."""
    for node in nodes(module, ast.Subscript):
        if isinstance(node.slice, ast.Tuple) and len(node.slice.elts) == 2:
            first, second = node.slice.elts
            if not isinstance(first, ast.Slice):
                inner = ast.Subscript(node.value, first, ast.Load())
                whole = isinstance(second, ast.Slice) and ast.unparse(second) == ":"
                if whole:
                    yield one(node, inner)
                else:
                    yield one(node, ast.Subscript(inner, second, node.ctx))


@rewrite
def dot_product(module: Module) -> Changes:
    """The sum of a product is a dot product."""
    for node in nodes(module, ast.Call):
        plain = called(node) == "sum" and not (node.args or node.keywords)
        thing = node.func.value if isinstance(node.func, ast.Attribute) else None
        product = isinstance(thing, ast.BinOp) and isinstance(thing.op, ast.Mult)
        if plain and product:
            assert isinstance(thing, ast.BinOp)
            yield one(node, ast.BinOp(thing.left, ast.MatMult(), thing.right))
            yield one(node, _torch("dot", thing.left, thing.right))
