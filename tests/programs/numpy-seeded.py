import numpy as np

rng = np.random.default_rng(0)
print(rng.integers(10, size=5), rng.normal())
np.random.seed(1)
print(np.random.rand(2))
