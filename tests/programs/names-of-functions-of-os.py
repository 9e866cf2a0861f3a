import inspect
import os
import random

print(inspect.signature(os.stat), os.stat.__name__, os.stat.__module__)
print(os.stat.__doc__.splitlines()[0])
try:
    os.stat()
except TypeError as error:
    print(error)
print(inspect.getsource(random.Random.seed).splitlines()[0])
print(random.Random.seed.__doc__.splitlines()[0], type(os))
