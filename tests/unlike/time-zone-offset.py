# refused: time-zone
from datetime import datetime

print(datetime(2024, 1, 1).astimezone().utcoffset())
