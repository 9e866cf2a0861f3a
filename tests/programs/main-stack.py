import inspect


def inner():
    for frame in inspect.stack():
        print(frame.filename, frame.lineno, frame.function, frame.code_context[0].strip())


def outer():
    inner()


outer()
