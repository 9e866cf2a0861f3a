"""A number that remembers how it was made, so that slopes can flow back through it.

Every operation notes its inputs and its slope by each of them. `backward` walks the
graph from the result to the start and multiplies slopes along every path; where
paths meet, they add.
"""


class Value:
    """A number, the slope of a later result by it, and where it came from.

    Numbers: whatever adds and multiplies, also fractions; grad is 0 until
    `backward`.
    Source: A. Karpathy, micrograd; the slopes are noted, not wrapped in functions.

    >>> a = Value(3.0)
    >>> y = a * a + a
    >>> y.backward()
    >>> y.data, a.grad
    (12.0, 7.0)
    """

    def __init__(self, data, inputs=(), slopes=()):
        self.data = data
        self.grad = 0
        self.inputs = inputs
        self.slopes = slopes

    def __add__(self, other):
        """Add two values; both have slope 1.

        >>> (Value(2.0) + Value(3.0)).data
        5.0
        """
        data = self.data + other.data
        return Value(data, (self, other), (1, 1))

    def __mul__(self, other):
        """Multiply two values; each has the other as its slope.

        >>> (Value(2.0) * Value(3.0)).slopes
        (3.0, 2.0)
        """
        data = self.data * other.data
        slopes = other.data, self.data
        return Value(data, (self, other), slopes)

    def relu(self):
        """Set a negative value to zero; the slope is 1 above zero, else 0.

        >>> Value(-2.0).relu().data, Value(3.0).relu().slopes
        (0, (1,))
        """
        data = max(0, self.data)
        slope = 1 if self.data > 0 else 0
        return Value(data, (self,), (slope,))

    def backward(self):
        """Add to `grad` of every value in the graph the slope of this one by it.

        Errors: ValueError where a value has not one slope for each input. Call it
        once per graph: a second call would pass on what the first left inside.

        >>> a = Value(2.0)
        >>> (a * a * a).backward()
        >>> a.grad
        12.0
        """
        self.grad += 1
        for value in reversed(order(self)):
            for source, slope in zip(
                value.inputs, value.slopes, strict=True
            ):
                source.grad += slope * value.grad


def order(value):
    """List a graph's values so that each stands behind all of its inputs.

    Source: topological sorting, depth first.

    >>> a = Value(1.0)
    >>> b = a + a
    >>> order(b) == [a, b]
    True
    """
    found = []

    def visit(value):
        if value not in found:
            for source in value.inputs:
                visit(source)
            found.append(value)

    visit(value)
    return found
