import importlib

print("running as", __name__)
if __name__ == "__main__":
    card = importlib.import_module("card")
    print(card.__name__, card.x)
x = 5
