# refused: year
import datetime

print(datetime.date.today().year)
