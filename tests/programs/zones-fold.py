from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

berlin = ZoneInfo("Europe/Berlin")
for fold in (0, 1):
    print(datetime(2024, 10, 27, 2, 30, tzinfo=berlin, fold=fold).isoformat())
try:
    ZoneInfo("Europe/Atlantis")
except ZoneInfoNotFoundError as error:
    print(error)
