import numpy as np

with np.errstate(divide="raise"):
    np.array([1.0]) / 0
