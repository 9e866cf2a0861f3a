class Registry(type):
    known = []

    def __new__(meta, name, bases, body):
        print("making", name, sorted(k for k in body if k[0] != "_"))
        made = super().__new__(meta, name, bases, body)
        meta.known.append(made)
        return made


class Base(metaclass=Registry):
    x = 1


class Child(Base):
    y = 2


print(Registry.known)
print(type(Child), type(type(Child)))
