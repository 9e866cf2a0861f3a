import random

random.seed(1)
print(random.random(), random.randint(1, 6), random.sample(range(10), 3))
r = random.Random("text")
deck = list("abcdef")
r.shuffle(deck)
print(deck, r.gauss(0, 1))
