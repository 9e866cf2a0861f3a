import atexit


class Bye:
    def __repr__(self):
        return "<bye>"

    def __call__(self):
        print("bye")
        raise RuntimeError("too late")


atexit.register(print, "registered first, runs last")
atexit.register(Bye())
print("end of the program")
