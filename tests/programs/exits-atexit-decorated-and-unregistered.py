import atexit


@atexit.register
def one():
    print("one")


@atexit.register
def two():
    print("two")


atexit.unregister(one)
