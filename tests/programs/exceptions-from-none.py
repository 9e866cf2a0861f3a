try:
    int("x")
except ValueError:
    raise SyntaxError("expected a number") from None
