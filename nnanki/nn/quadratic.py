"""quad(x) = a x² + b x + c: a function of one input and three parameters.

Its derivative is 2 a x + b by the input, and (x², x, 1) by the parameters.
"""

from functools import partial


def f(x):
    """Compute 3x² + 2x + 1, the truth that the noisy data hides.

    Shapes: any, elementwise; the result has the shape of x.
    Numbers: whatever adds and multiplies, also fractions, arrays, symbols.
    Source: the document, `f`.

    >>> f(2)
    17
    """
    return 3 * x**2 + 2 * x + 1


def quad(a, b, c, x):
    """Compute a x² + b x + c.

    Shapes: any that broadcast; parameters are usually single numbers.
    Numbers: whatever adds and multiplies, also fractions, arrays, symbols.
    Source: the document, `quad`.

    >>> quad(3, 2, 1, 2)
    17
    """
    return a * x**2 + b * x + c


def mk_quad(a, b, c):
    """Fix the parameters of `quad`: what remains is a function of x.

    Shapes: those of `quad`.
    Source: the document, `mk_quad`.

    >>> parabola = mk_quad(3, 2, 1)
    >>> parabola(0), parabola(1), parabola(2)
    (1, 6, 17)
    """
    return partial(quad, a, b, c)
