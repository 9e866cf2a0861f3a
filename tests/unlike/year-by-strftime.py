# refused: year
from datetime import datetime

print(f"Copyright {datetime.now():%Y}")
