# refused: hash-seed
print(frozenset(["ab", "cd"]))
