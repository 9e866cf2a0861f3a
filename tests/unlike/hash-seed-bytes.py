# refused: hash-seed
print(hash(b"abc") % 100 == 0)
