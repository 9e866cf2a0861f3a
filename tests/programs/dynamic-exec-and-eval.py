names = {"x": 2}
exec("y = x ** 3", names)
print(names["y"], eval("x + y", names), sorted(names)[0])
exec("def f():\n    return 1 / 0")
f()
