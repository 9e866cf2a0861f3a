import pickle


class Card:
    def __init__(self, front):
        self.front = front


data = pickle.dumps(Card("Q"))
print(b"__main__" in data)
print(pickle.loads(data).front)
