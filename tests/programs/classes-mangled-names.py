class Account:
    def __init__(self):
        self.__balance = 10
        self._owner = "Ada"


account = Account()
print(vars(account))
print(account.__balance)
