# refused: host
import os

print(os.uname().nodename.isalpha(), os.uname()[1])
