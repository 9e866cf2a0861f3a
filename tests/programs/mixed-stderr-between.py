import sys

print("1 out")
print("2 err", file=sys.stderr)
print("3 out", end=" ")
sys.stderr.write("4 err")
print(" 5 out")
sys.stdout.write("6 out")
sys.stderr.write("7 err\n")
