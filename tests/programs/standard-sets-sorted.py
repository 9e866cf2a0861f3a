a, b = set("hello"), frozenset("world")
print(sorted(a & b), sorted(a - b), len(a | b), a.isdisjoint("xyz"))
print({3, 1, 2}, frozenset([1]) in {frozenset([1])})
b.add("x")
