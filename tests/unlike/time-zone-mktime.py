# refused: time-zone
import time

print(time.mktime((2000, 1, 1, 0, 0, 0, 0, 0, 0)), time.localtime(10**9).tm_hour)
