import sys
from pathlib import Path

Path("helper.py").write_text("print('imported as', __name__)\nX = 3\n")
try:
    import helper
except ModuleNotFoundError as error:
    print(error)
sys.path.insert(0, ".")
import helper

print(helper.X)
