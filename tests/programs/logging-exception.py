import logging

try:
    1 / 0
except ZeroDivisionError:
    logging.exception("could not divide")
print("went on")
