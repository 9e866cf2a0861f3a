# refused: year
import zipfile

open("a.txt", "w").close()
with zipfile.ZipFile("a.zip", "w") as archive:
    archive.write("a.txt")
    print(archive.getinfo("a.txt").date_time[0])
