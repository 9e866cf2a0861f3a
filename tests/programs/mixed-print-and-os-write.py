import os

print("a")
os.write(1, b"b\n")
print("c", end="")
os.write(1, b"d")
print()
os.write(2, b"e\n")
print("f")
