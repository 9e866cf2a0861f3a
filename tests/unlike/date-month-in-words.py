# refused: date
import time

print(time.strftime("%B"))
