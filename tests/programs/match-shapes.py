def describe(value):
    match value:
        case []:
            return "empty"
        case [x]:
            return f"one: {x}"
        case [x, *rest] if x == 0:
            return f"zero and {len(rest)} more"
        case {"name": str(name), **others}:
            return f"{name} with {others}"
        case int() | float():
            return "a number"
        case str(s):
            return f"text of {len(s)}"
        case _:
            return "something else"


for v in [[], [1], [0, 1, 2], {"name": "Ada", "born": 1815}, 3.5, "hi", None, True]:
    print(describe(v))
