for _ in range(3):
    pass
print(_)
1 + 1
print(_)
