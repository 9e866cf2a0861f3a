class Circle:
    def __init__(self, radius):
        self._radius = radius

    @property
    def radius(self):
        return self._radius


c = Circle(2)
print(c.radius)
c.radius = 3
