class Logged:
    def __set_name__(self, owner, name):
        print("named", owner.__qualname__, name)
        self.name = "_" + name

    def __get__(self, obj, owner=None):
        if obj is None:
            return self
        print("get", self.name)
        return getattr(obj, self.name)

    def __set__(self, obj, value):
        print("set", self.name, value)
        setattr(obj, self.name, value)


class Person:
    age = Logged()


p = Person()
p.age = 30
print(p.age + 1)
print(type(Person.age))
