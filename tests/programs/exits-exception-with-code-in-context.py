import sys

try:
    1 / 0
except ZeroDivisionError:
    sys.exit(f"stopped at line {sys.exc_info()[2].tb_lineno}")
