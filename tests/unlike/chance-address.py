# refused: chance
class Dog:
    pass


print(Dog())
