import sys

sys.stdout.buffer.write(b"\xff\xfe\x00 caf\xe9\n")
