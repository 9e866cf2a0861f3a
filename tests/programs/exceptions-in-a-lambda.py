twice = lambda f, x: f(f(x))
print(twice(lambda x: x * 2, 1))
twice(lambda x: x + "!", 1)
