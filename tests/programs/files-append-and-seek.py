with open("log", "w+") as f:
    f.write("abc")
    f.seek(1)
    print(f.read(), f.tell())
with open("log", "a") as f:
    f.write("d")
print(open("log").read())
