x: int = 1
y: "list[str]"
print(__annotations__)
print("y" in globals())


def f(a: int, *rest: str) -> None:
    ...


print(f.__annotations__)
