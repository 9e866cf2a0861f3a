print(dir())
x = 1
print(dir())
