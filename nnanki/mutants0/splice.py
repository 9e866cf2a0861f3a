from __future__ import annotations
import ast, hashlib, textwrap
from dataclasses import dataclass
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
@dataclass(frozen=True)
class Change:
    old: tuple
    new: tuple
@dataclass(frozen=True)
class Splice:
    line: int
    column: int
    before: str
    after: str
    text: str
    tree: ast.Module
class Module:
    def __init__(self, text, name):
        self.text = text; self.name = name; self.lines = text.split("\n")
        self.tree = ast.parse(text); self.node = find(self.tree, name)
        self.parents = {}
        for parent in ast.walk(self.node):
            for field, value in ast.iter_fields(parent):
                for n, child in enumerate(value if isinstance(value, list) else [value]):
                    if isinstance(child, ast.AST):
                        self.parents[child] = (parent, field, n if isinstance(value, list) else None)
    def parent(self, node):
        found = self.parents.get(node)
        return found[0] if found else None
    def above(self, node):
        parent = self.parent(node)
        while parent is not None:
            yield parent
            parent = self.parent(parent)
    def splice(self, change):
        wanted = self._wanted(change)
        start, stop = self._span(change.old)
        before = self.text[start:stop]
        line, column = change.old[0].lineno, self._column(change.old[0])
        for after in self._texts(change):
            text = self.text[:start] + after + self.text[stop:]
            try:
                tree = ast.parse(text); found = find(tree, self.name)
            except (SyntaxError, KeyError):
                continue
            if ast.dump(found) == wanted:
                shown = [textwrap.dedent(" " * (column - 1) + t) for t in (before, after)]
                return Splice(line, column, *shown, text, tree)
        return None
    def _wanted(self, change):
        parent, field, number = self.parents[change.old[0]]
        if number is None:
            kept = getattr(parent, field); setattr(parent, field, change.new[0])
            wanted = ast.dump(self.node); setattr(parent, field, kept)
            return wanted
        siblings = getattr(parent, field); kept = list(siblings)
        siblings[number : number + len(change.old)] = change.new
        wanted = ast.dump(self.node); siblings[:] = kept
        return wanted
    def _texts(self, change):
        if isinstance(change.old[0], ast.stmt):
            margin = " " * change.old[0].col_offset
            [ast.fix_missing_locations(x) for x in change.new]; blocks = [ast.unparse(statement) for statement in change.new]
            yield textwrap.indent("\n".join(blocks), margin)[len(margin) :]
            yield "; ".join(blocks)
        else:
            text = ", ".join(ast.unparse(item) for item in change.new)
            yield text
            yield f"({text})"
    def _span(self, nodes):
        return (self._offset(nodes[0].lineno, nodes[0].col_offset), self._offset(nodes[-1].end_lineno, nodes[-1].end_col_offset))
    def _offset(self, line, column):
        return sum(len(t) + 1 for t in self.lines[: line - 1]) + len(self.lines[line - 1].encode()[:column].decode())
    def _column(self, node):
        return len(self.lines[node.lineno - 1].encode()[: node.col_offset].decode()) + 1
def find(tree, name):
    body = tree.body; found = None
    for part in name.split("."):
        found = next((n for n in body if getattr(n, "name", None) == part or part in [getattr(t, "id", "") for t in getattr(n, "targets", [])]), None)
        if found is None:
            raise KeyError(name)
        body = getattr(found, "body", [])
    return found
def meaning(node):
    docs = {id(i.body[0]) for i in ast.walk(node) if isinstance(i, Definition) and has_docstring(i)}
    return hashlib.sha256(_dump(node, docs).encode()).hexdigest()
def has_docstring(node):
    return ast.get_docstring(node, clean=False) is not None
def _dump(node, without):
    if isinstance(node, list):
        return "[" + ",".join(_dump(i, without) for i in node if id(i) not in without) + "]"
    if isinstance(node, ast.AST):
        return type(node).__name__ + "(" + ",".join(_dump(v, without) for _, v in ast.iter_fields(node)) + ")"
    return repr(node)
