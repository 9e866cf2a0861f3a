# refused: processors
import os

print(len(os.sched_getaffinity(0)))
