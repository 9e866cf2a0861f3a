# refused: time-of-day
import time

print(time.localtime().tm_hour)
