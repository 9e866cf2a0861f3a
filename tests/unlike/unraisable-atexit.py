# refused: unraisable
import atexit


def bye():
    raise RuntimeError("late")


atexit.register(bye)
print("done")
