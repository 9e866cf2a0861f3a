# refused: date
import subprocess
import sys

code = "import datetime; print(datetime.date.today().isoformat())"
subprocess.run([sys.executable, "-c", code])
