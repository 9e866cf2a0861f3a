import subprocess
import sys

subprocess.run(["head", "-c", "4"])
print("|")
subprocess.run(["cat"])
print(repr(sys.stdin.read()))
