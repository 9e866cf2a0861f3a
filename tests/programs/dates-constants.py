from datetime import date, time, timedelta
from pathlib import PurePosixPath

print(date(2000, 2, 28) + timedelta(1), time(23, 30), hex(2**40), PurePosixPath("/tmp/x"))
print(date(2024, 2, 29).strftime("%A %d %B %Y"), date(1900, 1, 1).weekday())
date(1900, 2, 29)
