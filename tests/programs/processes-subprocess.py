import subprocess
import sys

print("before")
subprocess.run(["echo", "from a child"], check=True)
print("after")
done = subprocess.run(
    [sys.executable, "-c", "import sys; print('out'); sys.exit('err')"],
    capture_output=True,
    text=True,
)
print(done.returncode, repr(done.stdout), repr(done.stderr))
