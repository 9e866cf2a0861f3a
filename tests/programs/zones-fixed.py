from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

noon = datetime(2024, 7, 1, 12, tzinfo=ZoneInfo("Europe/Berlin"))
print(noon, noon.astimezone(ZoneInfo("America/New_York")), noon.tzname())
print(noon.astimezone(timezone.utc).isoformat(), noon.utcoffset())
gap = datetime(2024, 3, 31, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
print(gap.timestamp(), gap + timedelta(hours=1))
