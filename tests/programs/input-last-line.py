import sys

print(sys.stdin.readline().strip()[::-1])
print(repr(sys.stdin.readline()))
print(repr(sys.stdin.readline()))
