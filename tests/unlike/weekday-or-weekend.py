# refused: weekday
from datetime import date

print("shop is", "closed" if date.today().isoweekday() == 7 else "open")
