import sys


def friendly(kind, error, trace):
    print("Sorry:", kind.__name__, error, trace.tb_lineno)


sys.excepthook = friendly
print("before")
[][0]
