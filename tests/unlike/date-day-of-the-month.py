# refused: date
import datetime

print("first half" if datetime.date.today().day <= 15 else "second half")
