# refused: locale
import subprocess

print(subprocess.run(["locale"], capture_output=True, text=True).stdout)
