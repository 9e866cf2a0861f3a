# refused: chance
import random

print(random.SystemRandom().randrange(10**9) == 0)
