x = "outer"
print([x for x in "abc"], x)


class A:
    n = 3
    xs = [n] * n
    try:
        ys = [n for _ in range(2)]
    except NameError as error:
        print(error)


print(A.xs)
