# refused: outside-file
import numpy as np

print(np.fromfile("/etc/passwd", dtype="u1", count=4))
