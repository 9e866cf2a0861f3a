import inspect


class Cat:
    """Says meow."""

    def speak(self):
        return "meow"


print(inspect.getsource(Cat.speak))
print(inspect.getdoc(Cat), inspect.getmodule(Cat).__name__)
print(inspect.getsource(Cat))
