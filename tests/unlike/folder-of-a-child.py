# refused: folder
import subprocess

subprocess.run(["pwd"])
