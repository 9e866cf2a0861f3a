"""Slips that any program may have: a sign, a bound, an argument, a line too few."""

from __future__ import annotations

import ast

from nnanki.proof.mutate.registry import Changes, operator
from nnanki.proof.mutate.sites import (
    callee,
    function_of,
    nodes,
    one,
    parameters,
    removed,
    renamed,
)
from nnanki.proof.mutate.splice import Module

# Neighbours that a slip of the hand or of the mind confuses. One for each is enough: a
# test that notices a wrong sign notices other wrong signs as well.
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
}
# The boundary alone is moved here, so that only a test at the very boundary notices.
BOUNDARY: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}
CONTRARY: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}


@operator("A boundary belongs to one side: `>` leaves out what `>=` lets in.")
def move_boundary(module: Module) -> Changes:
    for node in nodes(module, ast.Compare):
        for n, sign in enumerate(node.ops):
            if type(sign) in BOUNDARY:
                signs = [*node.ops[:n], BOUNDARY[type(sign)](), *node.ops[n + 1 :]]
                yield one(node, ast.Compare(node.left, signs, node.comparators))


@operator()
def negate_comparison(module: Module) -> Changes:
    for node in nodes(module, ast.Compare):
        if len(node.ops) == 1 and type(node.ops[0]) in CONTRARY:
            sign = CONTRARY[type(node.ops[0])]()
            yield one(node, ast.Compare(node.left, [sign], node.comparators))


@operator()
def negate_condition(module: Module) -> Changes:
    for node in nodes(module, ast.AST):
        if not isinstance(node, ast.If | ast.While | ast.IfExp):
            continue
        test = node.test
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            yield one(test, test.operand)
        # A comparison is negated elsewhere, and `while True` negated never begins.
        elif not isinstance(test, ast.Compare | ast.Constant):
            yield one(test, ast.UnaryOp(ast.Not(), test))


@operator()
def swap_logic(module: Module) -> Changes:
    for node in nodes(module, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield one(node, ast.BoolOp(other, node.values))


@operator()
def swap_arithmetic(module: Module) -> Changes:
    for node in nodes(module, ast.BinOp):
        if type(node.op) in ARITHMETIC:
            sign = ARITHMETIC[type(node.op)]()
            yield one(node, ast.BinOp(node.left, sign, node.right))


@operator()
def swap_operands(module: Module) -> Changes:
    for node in nodes(module, ast.BinOp):
        ordered = isinstance(
            node.op, ast.Sub | ast.Div | ast.Mod | ast.Pow | ast.FloorDiv
        )
        # |a - b| is |b - a|: no test can tell them apart.
        if ordered and not (
            isinstance(node.op, ast.Sub) and _sign_is_lost(module, node)
        ):
            yield one(node, ast.BinOp(node.right, node.op, node.left))


def _sign_is_lost(module: Module, node: ast.AST) -> bool:
    """Whether a difference is at once made positive: |a - b|, (a - b)²."""
    outer = module.parent(node)
    if isinstance(outer, ast.Attribute):  # (a - b).abs()
        return outer.attr in ("abs", "absolute", "square")
    if isinstance(outer, ast.Call):
        return callee(outer) in ("abs", "absolute", "fabs", "square")
    power = outer.right if isinstance(outer, ast.BinOp) else None
    even = isinstance(power, ast.Constant) and power.value in (2, 4)
    return even and isinstance(outer, ast.BinOp) and isinstance(outer.op, ast.Pow)


@operator()
def drop_minus(module: Module) -> Changes:
    for node in nodes(module, ast.UnaryOp):
        if isinstance(node.op, ast.USub):
            yield one(node, node.operand)


@operator()
def change_number(module: Module) -> Changes:
    for node in nodes(module, ast.Constant):
        value = node.value
        if isinstance(value, bool):  # before int, which it is a kind of
            yield one(node, ast.Constant(not value))
        elif isinstance(value, int):
            yield one(node, ast.Constant(value + 1))
            # Of 1 both neighbours are common slips: an axis, an index, a step.
            if value == 1:
                yield one(node, ast.Constant(0))
        elif isinstance(value, float):
            yield one(node, ast.Constant(value * 2 if value else 1.0))


@operator()
def change_text(module: Module) -> Changes:
    for node in nodes(module, ast.Constant):
        if isinstance(node.value, str):
            yield one(node, ast.Constant(node.value + "?"))


@operator("A range ends before its end: `range(n)` goes up to n - 1.")
def shorten_range(module: Module) -> Changes:
    for node in nodes(module, ast.Call):
        if callee(node) == "range" and not node.keywords:
            at = 0 if len(node.args) == 1 else 1
            less = ast.BinOp(node.args[at], ast.Sub(), ast.Constant(1))
            arguments = [*node.args[:at], less, *node.args[at + 1 :]]
            yield one(node, ast.Call(node.func, arguments, []))
            if at:
                more = ast.BinOp(node.args[0], ast.Add(), ast.Constant(1))
                yield one(node, ast.Call(node.func, [more, *node.args[1:]], []))


@operator("A sum needs `+=`: `=` keeps only the last term.")
def lose_accumulation(module: Module) -> Changes:
    for node in nodes(module, ast.AugAssign):
        yield one(node, ast.Assign([node.target], node.value, lineno=node.lineno))


@operator()
def swap_update(module: Module) -> Changes:
    for node in nodes(module, ast.AugAssign):
        if type(node.op) in ARITHMETIC:
            sign = ARITHMETIC[type(node.op)]()
            yield one(node, ast.AugAssign(node.target, sign, node.value))


@operator()
def return_none(module: Module) -> Changes:
    for node in nodes(module, ast.Return):
        if node.value is not None:
            yield one(node, ast.Return(ast.Constant(None)))


@operator()
def drop_statement(module: Module) -> Changes:
    for node in nodes(module, ast.stmt):
        match node:
            case ast.AugAssign() | ast.Assert() | ast.Delete() | ast.Raise():
                yield removed(node)
            case ast.Expr() if not isinstance(node.value, ast.Constant):
                yield removed(node)
            case ast.Assign() if _is_bound_before(module, node):
                yield removed(node)


def _is_bound_before(module: Module, node: ast.Assign) -> bool:
    """Whether its targets exist without it, so that taking it out is no NameError."""
    target = node.targets[0]
    if not isinstance(target, ast.Name):
        return isinstance(target, ast.Attribute | ast.Subscript)
    function = function_of(module, node)
    if function is None:
        return False
    earlier = (
        name.id
        for name in ast.walk(function)
        if isinstance(name, ast.Name)
        and isinstance(name.ctx, ast.Store)
        and name.lineno < node.lineno
    )
    return target.id in {*earlier, *parameters(function)}


@operator()
def raise_another(module: Module) -> Changes:
    for node in nodes(module, ast.Raise):
        error = node.exc
        if isinstance(error, ast.Call) and callee(error) not in ("", "Exception"):
            yield one(error, renamed(error, "Exception"))


@operator()
def break_off(module: Module) -> Changes:
    for node in nodes(module, ast.stmt):
        if isinstance(node, ast.Break):
            yield one(node, ast.Continue())
        elif isinstance(node, ast.Continue):
            yield one(node, ast.Break())
