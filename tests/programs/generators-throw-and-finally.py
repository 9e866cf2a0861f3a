def worker():
    try:
        while True:
            try:
                yield "ready"
            except ValueError as error:
                print("handled", error)
    finally:
        print("cleaning up")


w = worker()
next(w)
print(w.throw(ValueError("a")))
try:
    w.throw(KeyError("b"))
except KeyError as error:
    print("came out:", error)
