import builtins
import io
import os
import random
import sys
import time

for function in (os.stat, os.listdir, os.open, os.urandom, time.time, time.localtime):
    print(function.__name__, type(function).__name__, function.__module__)
print(builtins.open is io.open, type(print).__name__, type(random.seed).__name__)
print(sys.gettrace(), sys.getprofile(), sys._getframe().f_back)
print([type(finder).__name__ for finder in sys.path_hooks][:1], len(sys.argv))
print("sitecustomize" in sys.modules, [m for m in sys.modules if "worker" in m])
