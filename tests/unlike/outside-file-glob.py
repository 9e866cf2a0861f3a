# refused: outside-file
import glob

print(len(glob.glob("/etc/*.conf")) > 0)
