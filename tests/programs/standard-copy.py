import copy

a = [[1], 2]
b, c = copy.copy(a), copy.deepcopy(a)
a[0].append(9)
print(b, c, b[0] is a[0])
r = []
r.append(r)
print(r, copy.deepcopy(r)[0] is r)
