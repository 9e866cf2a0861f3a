secret = 7
while (guess := int(input("guess: "))) != secret:
    print("too", "low" if guess < secret else "high")
print("yes!")
