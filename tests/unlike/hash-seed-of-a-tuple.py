# refused: hash-seed
print(hash(("a", 1)) > 0)
