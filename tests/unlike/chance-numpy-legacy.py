# refused: chance
import numpy as np

print(np.random.rand() < 1e-6)
