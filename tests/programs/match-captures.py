point = (1, 2)
x = 5
match point:
    case (x, y):
        print("matched", x, y)
print(x)
match point:
    case (a, 9):
        pass
print("a" in globals(), a)
