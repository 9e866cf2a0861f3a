words = ["1", "2", "three"]
print([int(w) for w in words[:2]])
print([int(w) for w in words])
