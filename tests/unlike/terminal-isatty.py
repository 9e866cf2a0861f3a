# refused: terminal
import sys

print(2 + sys.stdout.isatty())
