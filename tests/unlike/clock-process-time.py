# refused: clock
import time

print(time.process_time())
