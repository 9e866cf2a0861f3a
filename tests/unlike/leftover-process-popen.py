# refused: leftover-process
import subprocess

p = subprocess.Popen(["sleep", "3"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
p.returncode = 0
print("started")
