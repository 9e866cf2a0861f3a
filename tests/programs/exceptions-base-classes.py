for kind in [KeyError, ZeroDivisionError, UnicodeDecodeError, KeyboardInterrupt, StopIteration]:
    print(*(k.__name__ for k in kind.__mro__))
try:
    {}[1]
except LookupError as error:
    print(repr(error), str(error))
