def f(x):
    y = x + 1
    breakpoint()
    return y


print(f(1))
