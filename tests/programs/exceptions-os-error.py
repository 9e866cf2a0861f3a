try:
    open("missing.txt")
except OSError as error:
    print(type(error).__name__, error.errno, error.filename, error)
open("missing.txt")
