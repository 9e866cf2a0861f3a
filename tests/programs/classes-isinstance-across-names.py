import __main__


class Token:
    pass


print(isinstance(Token(), __main__.Token))
print(__main__.Token is Token)
