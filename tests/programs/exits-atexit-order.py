import atexit

for n in range(3):
    atexit.register(print, "callback", n)
print("main ends")
