import os

x = 1
if os.fork() == 0:
    x = 2
else:
    os.wait()
print("x is", x)
