print(eval("1 is 1"))
print(eval("'\\d'"))
