class Point:
    __slots__ = ("x", "y")


p = Point()
p.x = 1
try:
    p.z = 3
except AttributeError as error:
    print(error)
print(hasattr(p, "__dict__"), hasattr(p, "y"))
