# refused: entropy
import os

print(os.urandom(8) == b"\0" * 8)
