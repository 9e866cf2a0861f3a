# refused: environment
import os

print(os.getenvb(b"DISPLAY"), "PYTHONPATH" in os.environ)
