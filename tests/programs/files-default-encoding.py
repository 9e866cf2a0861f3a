with open("x.txt", "w") as f:
    print(f.encoding, f.errors, f.newlines)
    f.write("naïve €\n")
print(open("x.txt", "rb").read())
