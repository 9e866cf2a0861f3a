class Greeter:
    def hello(self):
        return "hello"

    @staticmethod
    def static():
        return "static"

    @classmethod
    def cls(cls):
        return cls.__name__


g = Greeter()
print(Greeter.__dict__["hello"].__get__(g, Greeter)())
print(Greeter.static(), g.cls())
print(g.hello == g.hello, g.hello is g.hello)
print(g.hello.__self__ is g, g.hello.__func__ is Greeter.hello)
