a = 257
b = 257
print(a is b, "ab" "c" is not None)
c = int("257")
print(a is c, a == c)
