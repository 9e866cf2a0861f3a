for n in range(1000):
    print(f"{n:4} " + "x" * 44)
