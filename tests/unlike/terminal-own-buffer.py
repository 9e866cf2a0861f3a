# refused: terminal
import subprocess
import sys

print("start")
subprocess.run([sys.executable, "-c", "import os; print('a'); os.write(1, b'b\\n')"])
