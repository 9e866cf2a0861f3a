data = iter("abcd")
while (letter := next(data, None)) != "c":
    print(letter)
print("stopped at", letter)
print([y for x in range(5) if (y := x * x) > 3], y)
