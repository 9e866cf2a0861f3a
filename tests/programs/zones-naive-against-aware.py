from datetime import datetime, timezone

print(datetime.fromtimestamp(0, timezone.utc))
datetime(2000, 1, 1) < datetime(2000, 1, 1, tzinfo=timezone.utc)
