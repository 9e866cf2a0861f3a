import logging
from pathlib import Path

logging.basicConfig(filename="run.log", format="%(message)s", encoding="utf-8")
logging.warning("häuser")
logging.shutdown()
print(Path("run.log").read_text("utf-8"), end="")
