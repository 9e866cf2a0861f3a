def f(n):
    raise [ValueError("low"), TypeError("kind"), KeyError("key")][n]


errors = []
for n in range(3):
    try:
        f(n)
    except Exception as error:
        errors.append(error)
try:
    raise ExceptionGroup("several", errors)
except* ValueError as group:
    print("values:", group.exceptions)
except* TypeError as group:
    print("types:", group.exceptions)
