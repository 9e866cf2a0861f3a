# refused: time-zone
from datetime import datetime

print(datetime(2024, 7, 1, 12).timestamp())
