open("x", "wb").write(b"a\r\nb\rc\n")
print(open("x").read().splitlines(), open("x", newline="").readlines())
