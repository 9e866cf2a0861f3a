import sys

words = sys.stdin.read().split()
print(sorted(words, key=len), sys.stdin.isatty())
