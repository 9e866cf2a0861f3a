# refused: chance
import random

random.seed(1)
print(random.random())
random.seed()
print(random.random() < 1e-6)
