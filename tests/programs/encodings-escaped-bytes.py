name = b"caf\xe9".decode("utf-8", "surrogateescape")
print(ascii(name), name.encode("utf-8", "surrogateescape"))
try:
    name.encode()
except UnicodeEncodeError as error:
    print(error)
