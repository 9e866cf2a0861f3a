def numbers():
    yield 1
    yield int("two")
    yield 3


it = numbers()
print(next(it))
try:
    next(it)
except ValueError as error:
    print(error)
print(list(it))
