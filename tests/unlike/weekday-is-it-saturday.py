# refused: weekday
import time

print(time.strftime("%a") == "Sat")
