# refused: outside-file
import shutil

print(shutil.disk_usage("/").total > 0)
