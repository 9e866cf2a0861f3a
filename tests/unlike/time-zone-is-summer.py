# refused: time-zone
import time

print(time.localtime(1720000000).tm_isdst)
