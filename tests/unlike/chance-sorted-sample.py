# refused: chance
import random

print(len(set(random.choices(range(10**6), k=3))))
