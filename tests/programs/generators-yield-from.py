def inner():
    got = yield 1
    print("inner got", got)
    return "result"


def outer():
    value = yield from inner()
    print("outer got", value)
    yield 2


g = outer()
print(next(g))
print(g.send("hello"))
