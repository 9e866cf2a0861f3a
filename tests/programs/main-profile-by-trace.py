import sys


def f(x):
    y = x + 1
    return y


def follow(frame, event, arg):
    print(event, frame.f_code.co_name, frame.f_lineno)
    return follow


sys.settrace(follow)
f(1)
sys.settrace(None)
