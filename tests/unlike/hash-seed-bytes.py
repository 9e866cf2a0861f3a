# refused: hash-seed
print(hash(b"abc") % 10)
