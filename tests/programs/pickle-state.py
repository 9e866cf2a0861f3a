import copy
import pickle


class Counter:
    def __init__(self):
        self.n, self.cache = 1, {}

    def __getstate__(self):
        print("getstate")
        return {"n": self.n}

    def __setstate__(self, state):
        print("setstate", state)
        self.__dict__ = {**state, "cache": "new"}


print(vars(pickle.loads(pickle.dumps(Counter()))))
print(vars(copy.copy(Counter())))
