# refused: unraisable
def numbers():
    try:
        yield 1
    finally:
        raise ValueError("while it is closed")


n = numbers()
print(next(n))
del n
print("done")
