"""x ← x - lr f'(x): gradient descent where the slope is known as a formula."""


def walk(slope, x, lr, steps):
    """Go down from x against the slope; return all places, the start among them.

    Shapes: a number or a NumPy array, of which slope returns the gradient.
    Units: lr is how far to move per unit of slope.
    Numbers: whatever subtracts and multiplies, also fractions, symbols.
    Source: gradient descent with a constant learning rate.

    >>> walk(lambda x: 2 * x, 8, lr=0.25, steps=3)
    [8, 4.0, 2.0, 1.0]
    """
    path = [x]
    for _ in range(steps):
        x = x - lr * slope(x)
        path.append(x)
    return path
