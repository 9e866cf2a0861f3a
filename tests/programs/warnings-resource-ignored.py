def read():
    f = open("x.txt", "w")
    f.write("x")


read()
print(open("x.txt").read())
