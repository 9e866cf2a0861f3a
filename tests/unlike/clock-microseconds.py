# refused: clock
from datetime import datetime

print(datetime.now().microsecond)
