import numpy as np

try:
    print(np.log(np.array([0.0])))
except Exception as error:
    print("error:", error)
print(np.array([1, 0]) / 0)
