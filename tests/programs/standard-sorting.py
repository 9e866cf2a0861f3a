words = ["banana", "Apple", "cherry", "apple"]
print(sorted(words), sorted(words, key=str.lower, reverse=True))
print(sorted([(1, "b"), (1, "a"), (0, "c")], key=lambda t: t[0]), max(words, key=len))
sorted([1, "a"])
