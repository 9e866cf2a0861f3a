# refused: date
from datetime import date

today = date.today()
print((today.month, today.day) == (12, 25))
