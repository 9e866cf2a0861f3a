import sys


class Verdict:
    def __str__(self):
        return "not guilty"


sys.exit(Verdict())
