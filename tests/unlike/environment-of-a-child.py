# refused: environment
import subprocess

subprocess.run("echo \"user: $USER\"", shell=True)
