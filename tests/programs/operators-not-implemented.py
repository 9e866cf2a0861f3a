class Meters:
    def __init__(self, n):
        self.n = n

    def __add__(self, other):
        return NotImplemented


try:
    Meters(1) + 2
except TypeError as error:
    print(error)
Meters(1) < Meters(2)
