import sys

sys.stdout.write("a")
sys.stdout.buffer.write(b"b")
sys.stdout.flush()
sys.stderr.buffer.write(b"c")
print("e", flush=True)
