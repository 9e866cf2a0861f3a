"""The many names of what torch does with a tensor."""

from __future__ import annotations

import ast

from nnanki.proof.mutate.registry import Changes, rewrite
from nnanki.proof.mutate.sites import callee, nodes, one, without
from nnanki.proof.mutate.splice import Module
from nnanki.proof.rewrite.making import is_square, loaded, method_call, name

TORCH = ("torch",)
TENSOR = {"abs", "exp", "log", "mean", "relu", "sigmoid", "sqrt", "square", "sum"}
# Without `->` the letters of the result stand in the order of the alphabet, so that the
# last pattern is the transpose: the tests refuse it where it does not belong.
EINSUM = "ik,kj->ij"  # what `@` does
PATTERNS = ("ij,jk->ik", "ik,kj", "ij,jk", "ki,ij")


@rewrite("A square is a method and a function, too.", TORCH)
def square_by_name(module: Module) -> Changes:
    for node in nodes(module, ast.BinOp):
        if is_square(node):
            yield one(node, method_call(node.left, "pow", ast.Constant(2)))
            yield one(node, method_call(node.left, "square"))
            yield one(node, torch_call("square", node.left))


@rewrite(
    "The operator of the matrix product is a function, a method and a pattern.", TORCH
)
def spell_matmul(module: Module) -> Changes:
    for node in nodes(module, ast.BinOp):
        if isinstance(node.op, ast.MatMult):
            a, b = node.left, node.right
            yield one(node, torch_call("matmul", a, b))
            yield one(node, method_call(a, "matmul", b))
            yield one(node, torch_call("einsum", ast.Constant(EINSUM), a, b))
    for call in nodes(module, ast.Call):
        if is_torch_call(call, "einsum") and len(call.args) == 3:
            yield one(call, ast.BinOp(call.args[1], ast.MatMult(), call.args[2]))
            yield one(call, torch_call("matmul", *call.args[1:]))


@rewrite(
    "A pattern has letters of any names, and its result may go without saying.", TORCH
)
def other_letters(module: Module) -> Changes:
    for node in nodes(module, ast.Constant):
        if node.value == EINSUM:
            for pattern in PATTERNS:
                yield one(node, ast.Constant(pattern))


@rewrite("A step against the gradient is a method that works in place, too.", TORCH)
def step_by_method(module: Module) -> Changes:
    for node in nodes(module, ast.AugAssign):
        if isinstance(node.op, ast.Sub):
            thing = loaded(node.target)
            yield one(node, ast.Expr(method_call(thing, "sub_", node.value)))


@rewrite("A gradient is cleared by taking it away, or by setting it to zero.", TORCH)
def clear_gradient(module: Module) -> Changes:
    for node in nodes(module, ast.Assign):
        target = node.targets[0]
        nothing = isinstance(node.value, ast.Constant) and node.value.value is None
        if isinstance(target, ast.Attribute) and target.attr == "grad" and nothing:
            # Whether zeros will do instead of nothing, the code around it decides.
            yield one(node, ast.Expr(method_call(loaded(target), "zero_")))
            zeros = torch_call("zeros_like", target.value)
            yield one(node, ast.Assign([target], zeros))


@rewrite("What a tensor can do is a method and a function of torch.", TORCH)
def method_or_function(module: Module) -> Changes:
    for node in nodes(module, ast.Call):
        if is_torch_call(node, *TENSOR) and node.args:
            thing, *rest = node.args
            call = method_call(thing, callee(node), *rest)
            yield one(node, ast.Call(call.func, call.args, node.keywords))
            if callee(node) == "abs":
                yield one(node, ast.Call(name("abs"), [thing], []))
        elif callee(node) in TENSOR and isinstance(node.func, ast.Attribute):
            call = torch_call(callee(node), node.func.value, *node.args)
            yield one(node, ast.Call(call.func, call.args, node.keywords))


@rewrite("An axis may be given by its place, and under NumPy's name.", TORCH)
def keyword_or_position(module: Module) -> Changes:
    for node in nodes(module, ast.Call):
        if callee(node) in TENSOR and len(node.keywords) == 1:
            word = node.keywords[0]
            if word.arg in ("dim", "axis"):
                yield one(node, ast.Call(node.func, [*node.args, word.value], []))
                other = {"dim": "axis", "axis": "dim"}[word.arg]
                again = ast.keyword(other, word.value)
                yield one(node, ast.Call(node.func, node.args, [again]))


@rewrite("That an axis is kept may be said by its place, and as in NumPy.", TORCH)
def keep_axis(module: Module) -> Changes:
    for node in nodes(module, ast.Call):
        for n, word in enumerate(node.keywords):
            if word.arg == "keepdim":
                others = without(node.keywords, n)
                again = ast.keyword("keepdims", word.value)
                yield one(node, ast.Call(node.func, node.args, [*others, again]))
                if node.args and not others:
                    yield one(node, ast.Call(node.func, [*node.args, word.value], []))


@rewrite(
    "The second axis is the last one of two, has a name, and is call by an index.",
    TORCH,
)
def new_axis(module: Module) -> Changes:
    for node in nodes(module, ast.Call):
        if callee(node) == "unsqueeze" and isinstance(node.func, ast.Attribute):
            place = [argument for argument in node.args if ast.unparse(argument) == "1"]
            for number in place:
                last = ast.UnaryOp(ast.USub(), number)
                index = ast.Tuple([ast.Slice(), ast.Constant(None)], ast.Load())
                yield one(node, ast.Call(node.func, [last], []))
                yield one(node, ast.Call(node.func, [], [ast.keyword("dim", number)]))
                yield one(node, ast.Subscript(node.func.value, index, ast.Load()))


@rewrite("To set what is negative to zero has many names.", TORCH)
def relu_by_name(module: Module) -> Changes:
    for node in nodes(module, ast.Call):
        if is_torch_call(node, "where") and len(node.args) == 3:
            thing = node.args[2]
            yield one(node, torch_call("relu", thing))
            low = [ast.keyword("min", ast.Constant(0))]
            method = method_call(thing, "clamp")
            yield one(node, ast.Call(method.func, [], low))


@rewrite("The sum of a product is a dot product.", TORCH)
def dot_product(module: Module) -> Changes:
    for node in nodes(module, ast.Call):
        plain = callee(node) == "sum" and not (node.args or node.keywords)
        thing = node.func.value if isinstance(node.func, ast.Attribute) else None
        product = isinstance(thing, ast.BinOp) and isinstance(thing.op, ast.Mult)
        if plain and product:
            assert isinstance(thing, ast.BinOp)
            yield one(node, ast.BinOp(thing.left, ast.MatMult(), thing.right))
            yield one(node, torch_call("dot", thing.left, thing.right))


def torch_call(function: str, *arguments: ast.expr) -> ast.Call:
    """A call of `torch.FUNCTION`."""
    return method_call(name("torch"), function, *arguments)


def is_torch_call(call: ast.Call, *names: str) -> bool:
    """Whether something is called as `torch.NAME(…)`, with one of these names."""
    function = call.func
    if not isinstance(function, ast.Attribute):
        return False
    owner = function.value
    ours = isinstance(owner, ast.Name) and owner.id == "torch"
    return ours and callee(call) in names
