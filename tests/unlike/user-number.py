# refused: user
import os

print(os.getuid(), os.geteuid() == 0)
