import sys

print(sys.flags.optimize, sys.flags.dev_mode, sys.flags.isolated, sys.gettrace(), sys.getprofile())
print(sys.excepthook is sys.__excepthook__, sys.displayhook is sys.__displayhook__)
print(sys.stdout is sys.__stdout__, sys.stdout.name, sys.stderr.name, sys.stdin.name)
print(sys.stdout.encoding, sys.stdout.errors, sys.stderr.errors, sys.stdout.fileno())
print(type(sys.stdout).__name__, type(sys.stdout.buffer).__name__, sys.warnoptions, hasattr(sys, "ps1"))
