# refused: chance
import random

print(2 + (random.random() < 0.001))
