from functools import cached_property


class Data:
    @cached_property
    def total(self):
        print("adding")
        return sum(range(100))


d = Data()
print("total" in vars(d))
print(d.total, d.total)
print(vars(d))
