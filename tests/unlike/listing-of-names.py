# refused: listing
import os

for name in ("pear", "apple", "fig", "kiwi", "plum"):
    open(name, "w").close()
print(os.listdir())
