# refused: date
from datetime import date

today = date.today()
later = today.replace(year=today.year + 1)
print((later - today).days >= 365)
