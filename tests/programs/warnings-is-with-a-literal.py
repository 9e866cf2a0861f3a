x = 1
print("starts")
print(x is 1, 1 is 1)
