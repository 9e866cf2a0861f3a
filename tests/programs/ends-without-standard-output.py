import sys

print("before")
del sys.stdout
sys.stderr.write("after\n")
