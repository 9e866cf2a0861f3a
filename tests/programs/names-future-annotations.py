from __future__ import annotations

import typing


def f(node: Node) -> list[Node]:
    ...


class Node:
    ...


print(f.__annotations__)
print(typing.get_type_hints(f))
