from dataclasses import dataclass


@dataclass
class Point:
    x: int
    y: int


def where(p):
    match p:
        case Point(0, 0):
            return "origin"
        case Point(x=0, y=y):
            return f"on the y axis at {y}"
        case Point() as q:
            return f"at {q}"


print(where(Point(0, 0)), where(Point(0, 3)), where(Point(1, 2)), sep="\n")
