class Tracing(dict):
    def __setitem__(self, key, value):
        print("set", key)
        super().__setitem__(key, value)


class Meta(type):
    @classmethod
    def __prepare__(meta, name, bases):
        return Tracing()


class Card(metaclass=Meta):
    front = 1

    def back(self):
        pass
