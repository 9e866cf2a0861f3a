import logging

logging.warning("%d items", "three")
print("not stopped")
