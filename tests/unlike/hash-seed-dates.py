# refused: hash-seed
from datetime import date

print(*(d.day for d in {date(2024, 1, 1), date(2024, 1, 2)}))
