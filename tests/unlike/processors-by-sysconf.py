# refused: processors
import os

print(os.sysconf("SC_NPROCESSORS_ONLN"))
