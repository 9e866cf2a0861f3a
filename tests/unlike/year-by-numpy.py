# refused: year
import numpy as np

print(np.datetime64("today", "Y"))
