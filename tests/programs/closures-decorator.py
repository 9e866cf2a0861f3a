import functools


def traced(function):
    @functools.wraps(function)
    def wrapper(*args):
        print("->", function.__name__, args)
        result = function(*args)
        print("<-", result)
        return result

    return wrapper


@traced
def fib(n):
    """The nth Fibonacci number."""
    return n if n < 2 else fib(n - 1) + fib(n - 2)


fib(3)
print(fib.__name__, fib.__doc__, fib.__wrapped__.__module__)
