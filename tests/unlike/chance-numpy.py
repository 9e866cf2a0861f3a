# refused: chance
import numpy as np

print(np.random.default_rng().normal() > 9)
