import sys

print("a")
sys.stdout.close()
try:
    print("b")
except ValueError as error:
    print(error, file=sys.stderr)
