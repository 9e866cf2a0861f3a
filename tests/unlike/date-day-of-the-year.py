# refused: date
import time

print(time.gmtime().tm_yday)
