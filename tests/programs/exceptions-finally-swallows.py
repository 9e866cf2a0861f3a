def f():
    while True:
        try:
            1 / 0
        finally:
            break
    return "nothing happened"


print(f())
