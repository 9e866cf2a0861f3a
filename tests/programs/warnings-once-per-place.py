import warnings


def f(n):
    warnings.warn(f"called with {n}", stacklevel=1)


for n in [1, 2, 2, 1, 1]:
    f(n)
for _ in range(3):
    warnings.warn("the same")
