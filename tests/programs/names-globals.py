print(list(globals()))
print(globals() is locals(), globals() is vars())
globals()["y"] = 3
print(y)
