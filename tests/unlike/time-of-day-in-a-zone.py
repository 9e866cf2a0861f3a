# refused: time-of-day
from datetime import datetime
from zoneinfo import ZoneInfo

print("market open:", 9 <= datetime.now(ZoneInfo("America/New_York")).hour < 16)
