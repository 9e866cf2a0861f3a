def broken():
    yield 1
    raise StopIteration("too early")


for x in broken():
    print(x)
