# refused: warning
print(eval("1 is 1"))
