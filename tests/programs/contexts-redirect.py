import contextlib
import io
import os
import sys

buffer = io.StringIO()
with contextlib.redirect_stdout(buffer):
    print("caught")
    os.write(1, b"not caught\n")
    sys.__stdout__.write("nor this\n")
print("buffer:", repr(buffer.getvalue()))
with contextlib.redirect_stderr(sys.stdout):
    print("to stderr, shown on stdout", file=sys.stderr)
