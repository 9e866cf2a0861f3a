# refused: weekday
import calendar
from datetime import datetime, timezone

print(calendar.day_name[datetime.now(timezone.utc).weekday()])
