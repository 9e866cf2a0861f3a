open("x", "x").write("1")
try:
    open("x", "x")
except FileExistsError as error:
    print(error)
try:
    open("x", "rw")
except ValueError as error:
    print(error)
open("x").write("2")
