def held():
    try:
        yield 1
    finally:
        print("closed")


g = held()
print(next(g))
print("last line")
