"""Doubles.

>>> double(2)
4
>>> double("ab")
'abab'
>>> double(3)
7
"""
import doctest


def double(x):
    """
    >>> double([1])
    [1, 1]
    """
    return x * 2


print(doctest.testmod())
