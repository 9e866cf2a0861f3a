import sys

print(sys.stdin.buffer.readline())
print(sys.stdin.encoding, sys.stdin.fileno())
