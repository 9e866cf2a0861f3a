class Shortage(Exception):
    def __init__(self, wanted, there):
        super().__init__(f"wanted {wanted}, only {there} there")
        self.missing = wanted - there


try:
    raise Shortage(5, 3)
except Shortage as error:
    print(error, error.missing, error.args)
raise Shortage(2, 0)
