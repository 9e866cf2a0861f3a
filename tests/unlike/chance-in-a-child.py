# refused: chance
import subprocess
import sys

subprocess.run([sys.executable, "-c", "import random; print(random.random() < 1e-6)"])
