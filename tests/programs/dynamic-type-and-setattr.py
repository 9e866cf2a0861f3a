Point = type("Point", (), {"x": 0, "move": lambda self, d: setattr(self, "x", self.x + d)})
p = Point()
p.move(3)
print(p.x, Point, Point.__module__)
