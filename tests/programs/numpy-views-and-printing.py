import numpy as np

a = np.linspace(0, 1, 5)
b = a[1:3]
b[:] = 9
print(a, a.base is None, b.base is a)
with np.printoptions(precision=2, suppress=True):
    print(np.array([1e-9, 1 / 3, 1e3]))
print(np.int8(127) + np.int8(1), np.float32(0.1))
