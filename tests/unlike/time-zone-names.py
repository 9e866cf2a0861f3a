# refused: time-zone
import time

print(time.tzname, time.timezone)
