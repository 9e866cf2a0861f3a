import sys


class Thing:
    def __del__(self):
        raise ValueError("lost")


sys.unraisablehook = lambda u: print("unraisable:", u.exc_type.__name__, u.exc_value)
Thing()
print("after")
