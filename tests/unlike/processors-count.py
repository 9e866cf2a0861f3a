# refused: processors
import os

print(2 + os.cpu_count())
