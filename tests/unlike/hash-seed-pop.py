# refused: hash-seed
colors = set("rgb")
print(colors.pop())
