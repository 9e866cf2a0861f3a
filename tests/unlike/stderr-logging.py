# refused: stderr
import logging

logging.warning("late")
print("done")
