# refused: chance
import random

print(random.Random().random() < 1e-9)
