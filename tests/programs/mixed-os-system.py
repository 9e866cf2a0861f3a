import os

print("a")
os.system("echo b; echo c >&2")
print("d")
print(os.popen("echo e").read(), end="")
