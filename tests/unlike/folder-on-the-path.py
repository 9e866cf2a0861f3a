# refused: folder
import os
import sys

print(os.path.basename(sys.path[0]))
