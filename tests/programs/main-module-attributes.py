import sys

module = sys.modules["__main__"]
print(module.__name__, module.__doc__, module.__package__, module.__spec__)
print(type(module.__loader__).__name__, module.__dict__ is globals())
print(__builtins__.__name__)
