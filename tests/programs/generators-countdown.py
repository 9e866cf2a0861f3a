def countdown(n):
    print("start")
    while n:
        yield n
        n -= 1
    print("end")


c = countdown(2)
print("made")
for x in c:
    print(x)
print(next(c, "empty"))
