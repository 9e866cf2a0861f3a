import math

try:
    math.sqroot
except AttributeError as error:
    print(error, error.name)
lenght = 3
print(length)
