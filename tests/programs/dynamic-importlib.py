import importlib
import sys
from pathlib import Path

Path("mod.py").write_text("print('executed')\nx = 1\n")
sys.path.insert(0, ".")
mod = importlib.import_module("mod")
import mod as again

print(again is mod)
importlib.reload(mod)
