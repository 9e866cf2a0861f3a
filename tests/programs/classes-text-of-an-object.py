class Fraction:
    def __init__(self, top, bottom):
        self.top, self.bottom = top, bottom

    def __repr__(self):
        return f"Fraction({self.top}, {self.bottom})"

    def __str__(self):
        return f"{self.top}/{self.bottom}"


half = Fraction(1, 2)
print(half, [half], f"{half!r} {half:}")
