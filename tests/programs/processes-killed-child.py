import signal
import subprocess

p = subprocess.Popen(["sleep", "100"])
p.terminate()
print(p.wait() == -signal.SIGTERM, p)
