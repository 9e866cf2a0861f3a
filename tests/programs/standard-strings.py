name, x = "Ada", 3.14159
print(f"{name!r:>8}|{x:.2f}|{x = :.1f}|{name:*^9}|{{}}|{'nested ' + 'quotes'}")
print("%s has %05.1f%%" % (name, x), "{0[1]} {k!s}".format("xyz", k=None))
print("a-b".partition("-"), "x".join("abc"), " pad ".strip(), "ab\tc".expandtabs(4), "abc"[::-1])
print("%d" % "text")
