import traceback


def a():
    b()


def b():
    raise ValueError


try:
    a()
except ValueError as error:
    for frame in traceback.extract_tb(error.__traceback__):
        print(frame.filename, frame.lineno, frame.name, frame.line)
