# refused: hash-seed
words = "the cat and the dog and the bird".split()
print(" ".join(set(words)))
