# refused: year
import numpy as np

print(np.array("now", dtype="M8[Y]"))
