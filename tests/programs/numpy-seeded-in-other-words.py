import random

import numpy as np
from numpy.random import RandomState as RS

r = random.Random()
r.seed(5)
print(r.random())
print(np.random.RandomState(
    42
).randint(10), RS(5).randint(10))
make = np.random.RandomState
print(make(1).randint(10))
