class Door:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("closing", self.name)


front = Door("front")
back = Door("back")
del front
print("main ends")
