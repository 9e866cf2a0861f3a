import shelve


class Word:
    def __init__(self, text):
        self.text = text


with shelve.open("words") as db:
    db["a"] = Word("apple")
with shelve.open("words") as db:
    print(db["a"].text, type(db["a"]), list(db))
