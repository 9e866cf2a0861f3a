from dataclasses import dataclass, fields


@dataclass
class A:
    x: int = 1
    y: int = 2


@dataclass
class B(A):
    x: str = "one"
    z: int = 3


print([f.name for f in fields(B)])
print(B())
print(B.__match_args__, B.__module__)
