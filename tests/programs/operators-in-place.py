a = b = [1]
a += [2]
print(b)
a = a + [3]
print(a, b)
t = ([],)
try:
    t[0] += ["x"]
except TypeError as error:
    print(error)
print(t)
