class Timer:
    def __enter__(self):
        print("enter")
        return self

    def __exit__(self, kind, error, trace):
        print("exit", kind and kind.__name__, error)
        return kind is KeyError


with Timer():
    {}["x"]
print("swallowed")
with Timer():
    1 / 0
