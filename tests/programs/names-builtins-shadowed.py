list = [1, 2]
try:
    list("abc")
except TypeError as error:
    print(error)
del list
print(list("abc"))
