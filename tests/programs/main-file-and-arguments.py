import sys

print(__file__, sys.argv, len(sys.argv))
print(sys.orig_argv[1:])
