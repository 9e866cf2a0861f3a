import subprocess

print(subprocess.run("exit 3", shell=True).returncode)
print(subprocess.getstatusoutput("echo hi; false"))
subprocess.run(["false"], check=True)
