def say(x):
    print("evaluating", x)
    return x


say(1) + say(2) * say(3)
print(say(1) < say(0) < say(5))
say(0) or say(2) and say(3)
