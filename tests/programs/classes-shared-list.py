class Dog:
    tricks = []

    def learn(self, trick):
        self.tricks.append(trick)


fido, rex = Dog(), Dog()
fido.learn("roll over")
rex.learn("play dead")
print(fido.tricks)
print(fido.tricks is rex.tricks)
