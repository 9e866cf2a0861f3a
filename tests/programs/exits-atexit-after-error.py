import atexit


@atexit.register
def goodbye():
    print("goodbye")


1 / 0
