# refused: date
from datetime import datetime
from zoneinfo import ZoneInfo

print(datetime.now(tz=ZoneInfo("Asia/Tokyo")).date())
