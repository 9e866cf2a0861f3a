# refused: hash-seed
print(hash("a") % 2)
