import sys

import numpy as np

before = "numpy.random" in sys.modules
generator = np.random.default_rng(7)
print(before, "numpy.random" in sys.modules, generator.integers(10))
