# refused: chance
import numpy as np

print(np.random.RandomState().randint(10**6) == 0)
