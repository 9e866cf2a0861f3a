def f():
    try:
        print("try")
        return "returned"
    except ValueError:
        print("except")
    else:
        print("else")
    finally:
        print("finally")


print(f())
for n in [0, 1]:
    try:
        1 / n
    except ZeroDivisionError:
        print("except")
    else:
        print("else")
    finally:
        print("finally")
