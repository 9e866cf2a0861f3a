# refused: memory
class Dog: pass
class Cat: pass
class Cow: pass


for kind in set(map(type, [Dog(), Cat(), Dog(), Cow()])):
    print(kind.__name__)
