class Outer:
    class Inner:
        def method(self):
            def local():
                pass

            return local


print(Outer.Inner)
print(Outer.Inner().method().__qualname__)
print(Outer.Inner.__module__ == __name__)
