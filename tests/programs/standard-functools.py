from functools import lru_cache, partial, reduce, singledispatch


@lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


@singledispatch
def show(x):
    return "object"


@show.register
def _(x: int):
    return "int"


print(fib(80), fib.cache_info())
print(reduce(lambda a, b: a * b, range(1, 6)), partial(int, base=2)("101"), show(1), show("a"))
