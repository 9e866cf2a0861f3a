# refused: hash-seed
from collections import defaultdict

found = defaultdict(set)
for word in ("out", "up"):
    found[0].add(word)
print(list(found[0]))
