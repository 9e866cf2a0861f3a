# refused: time-zone
from datetime import datetime

print(datetime.fromtimestamp(0))
