import numpy as np

a = np.arange(6).reshape(2, 3)
print(a, a.T.shape, a.sum(axis=0), a[:, 1], a.dtype)
print(a * np.array([1, 10, 100]))
a @ a
