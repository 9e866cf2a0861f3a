import os
import shutil

os.mkdir("tree")
open("tree/a", "w").close()
os.symlink("a", "tree/link")
shutil.copytree("tree", "copy", symlinks=True)
shutil.move("copy/link", "moved")
shutil.copy2("tree/link", "again", follow_symlinks=False)
print(sorted(os.listdir("copy")), os.readlink("moved"), os.readlink("again"))
shutil.rmtree("tree")
print(os.path.exists("tree"))
