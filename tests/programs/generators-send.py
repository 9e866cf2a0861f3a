def average():
    total = count = 0
    value = None
    while True:
        got = yield value
        total += got
        count += 1
        value = total / count


a = average()
next(a)
print(a.send(10), a.send(20), a.send(60))
a.close()
a.send(1)
