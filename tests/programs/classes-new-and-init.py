class Only:
    instance = None

    def __new__(cls):
        print("new")
        if cls.instance is None:
            cls.instance = super().__new__(cls)
        return cls.instance

    def __init__(self):
        print("init")


print(Only() is Only())
