import warnings

warnings.simplefilter("default", ResourceWarning)
open("x.txt", "w")
print("leaked")
