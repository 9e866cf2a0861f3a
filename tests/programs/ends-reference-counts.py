import sys

a = []
print(sys.getrefcount(a))
b = [a, a]
print(sys.getrefcount(a))
b.clear()
print(sys.getrefcount(a))
