# refused: date
from datetime import date

born = date(2008, 2, 29)
today = date.today()
print(today.year - born.year - ((today.month, today.day) < (born.month, born.day)) >= 18)
