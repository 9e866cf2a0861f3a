import traceback


def f():
    raise LookupError("not there")


try:
    f()
except LookupError:
    traceback.print_exc()
print("done")
