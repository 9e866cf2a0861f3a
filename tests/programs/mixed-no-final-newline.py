import sys

print("the end has no newline", end="")
sys.stderr.write("nor this")
