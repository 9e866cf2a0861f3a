# refused: time-of-day
from datetime import datetime

print("Lunch!" if datetime.now().hour == 13 else "Work")
