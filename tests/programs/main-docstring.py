"""Explains itself."""

print(__doc__)
print(len(__doc__))
