import subprocess

print(subprocess.run(["tr", "a-z", "A-Z"], input="shout", text=True, stdout=subprocess.PIPE).stdout)
with subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as p:
    print(p.communicate(b"meow"))
