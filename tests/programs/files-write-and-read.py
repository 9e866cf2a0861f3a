with open("poem.txt", "w", encoding="utf-8") as f:
    print(f.write("roses\nviolets\n"))
with open("poem.txt", encoding="utf-8") as f:
    for line in f:
        print(repr(line))
print(f.closed)
