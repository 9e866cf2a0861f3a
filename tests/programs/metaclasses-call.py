class Counted(type):
    def __call__(cls, *args):
        print("calling", cls.__name__, args)
        return super().__call__(*args)


class Pair(metaclass=Counted):
    def __init__(self, a, b):
        print("init", a, b)


Pair(1, 2)
Pair(1)
