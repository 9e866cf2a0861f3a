# refused: hash-seed
print(next(iter({"red", "green", "blue"})))
