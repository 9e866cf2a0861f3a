# refused: weekday
import datetime

print(2 + datetime.date.today().weekday())
