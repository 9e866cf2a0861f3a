# refused: unraisable
import weakref


class Thing:
    pass


def gone(reference):
    raise KeyError("in the callback")


t = Thing()
r = weakref.ref(t, gone)
del t
print("done")
