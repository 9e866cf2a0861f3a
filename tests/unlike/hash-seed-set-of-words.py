# refused: hash-seed
print(2, *{"relu", "mse"})
