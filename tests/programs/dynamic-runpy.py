import runpy
from pathlib import Path

Path("other.py").write_text("print(__name__, __file__)\ny = 7\n")
print(runpy.run_path("other.py")["y"])
print(runpy.run_path("other.py", run_name="__main__")["y"])
