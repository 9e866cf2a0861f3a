class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y


print(Point)
print(Point.__module__, Point.__qualname__)
print(type(Point(1, 2)).__name__, Point(1, 2).__dict__)
