class Lazy:
    def __getattr__(self, name):
        print("computing", name)
        value = len(name)
        setattr(self, name, value)
        return value


lazy = Lazy()
print(lazy.answer)
print(lazy.answer)
