print("before")
print("\ud83d")
