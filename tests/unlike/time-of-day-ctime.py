# refused: time-of-day
import time

print(time.ctime()[11:13])
