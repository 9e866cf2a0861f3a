import sys


def f():
    frame = sys._getframe()
    while frame:
        print(frame.f_code.co_name, frame.f_lineno, frame.f_globals is globals())
        frame = frame.f_back


f()
