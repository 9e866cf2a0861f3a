class Loud:
    def __repr__(self):
        return "<the end of Loud>"

    def __call__(self):
        raise ValueError("while it is deleted")


class Thing:
    __del__ = Loud()


t = Thing()
del t
print("still here")
