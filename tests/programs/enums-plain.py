from enum import Enum, auto


class Color(Enum):
    RED = auto()
    GREEN = auto()
    CRIMSON = 1


print(Color.RED, repr(Color.GREEN), Color.CRIMSON)
print(list(Color), Color(2), Color["RED"].value)
print(Color)
Color(7)
