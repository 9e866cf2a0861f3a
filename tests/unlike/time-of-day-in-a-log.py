# refused: time-of-day
import logging
import sys

logging.basicConfig(stream=sys.stdout, format="%(asctime)s %(message)s", datefmt="%H")
logging.error("failed")
