import os

os.makedirs("root/sub")
for name in ["root/a", "root/sub/b"]:
    open(name, "w").close()
for folder, folders, names in os.walk("root"):
    print(folder, folders, names)
os.remove("root/a")
os.rmdir("root")
