# refused: outside-file
import os

folder = os.open("/", os.O_RDONLY)
print(os.stat("etc", dir_fd=folder).st_nlink > 0)
os.close(folder)
