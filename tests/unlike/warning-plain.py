# refused: warning
import warnings

warnings.warn("old")
print("done")
