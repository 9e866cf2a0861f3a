open("x", "wb").write("é".encode("latin-1"))
print(open("x", encoding="latin-1").read())
open("x", encoding="utf-8").read()
