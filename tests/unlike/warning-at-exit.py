# refused: warning
import atexit
import warnings

atexit.register(warnings.warn, "late")
print("done")
