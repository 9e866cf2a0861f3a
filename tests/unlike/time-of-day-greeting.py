# refused: time-of-day
from datetime import datetime

print("Good morning" if datetime.now().hour < 12 else "Hello")
