n = 1
g = (n * x for x in [1, 2, 3])
n = 10
print(list(g))
rows = [1, 2]
h = (x for x in rows)
rows = [3]
print(list(h))
