def area(r: float, *, pi=3) -> float:
    """Area of a circle."""
    return pi * r**2


help(area)
