import sys

print("größer", file=sys.stderr)
print("\ud800", file=sys.stderr)
