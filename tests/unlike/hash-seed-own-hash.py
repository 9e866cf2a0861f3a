# refused: hash-seed
class Name:
    def __init__(self, text):
        self.text = text

    def __hash__(self):
        return hash(self.text)

    def __eq__(self, other):
        return self.text == other.text


print([n.text for n in {Name("x"), Name("y")}])
