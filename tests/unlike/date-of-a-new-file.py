# refused: date
import datetime
from pathlib import Path

path = Path("log.txt")
path.write_text("x")
moment = datetime.datetime.fromtimestamp(path.stat().st_mtime, datetime.timezone.utc)
print(moment.strftime("%Y-%m-%d"))
