# refused: year
import calendar
import time

print(calendar.isleap(time.gmtime().tm_year))
