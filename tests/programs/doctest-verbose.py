import doctest


def inc(x):
    """
    >>> inc(1)
    2
    """
    return x + 1


doctest.testmod(verbose=True)
