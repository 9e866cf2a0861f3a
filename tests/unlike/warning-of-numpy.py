# refused: warning
import numpy as np

try:
    print(np.log(np.array([0.0])))
except Exception as error:
    print("error:", error)
