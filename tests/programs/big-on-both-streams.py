import sys

for n in range(300):
    print("out", n, "o" * 60)
    print("err", n, "e" * 60, file=sys.stderr)
