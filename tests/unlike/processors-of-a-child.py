# refused: processors
import subprocess

print(subprocess.run(["nproc"], capture_output=True, text=True).stdout)
