class Vector:
    def __init__(self, *parts):
        self.parts = parts

    def __add__(self, other):
        if not isinstance(other, Vector):
            return NotImplemented
        return Vector(*(a + b for a, b in zip(self.parts, other.parts)))

    def __rmul__(self, k):
        return Vector(*(k * a for a in self.parts))

    def __eq__(self, other):
        return self.parts == other.parts

    def __repr__(self):
        return f"Vector{self.parts}"


print(Vector(1, 2) + Vector(3, 4))
print(3 * Vector(1, 2) == Vector(3, 6))
print({Vector(1)})
