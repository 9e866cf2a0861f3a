# refused: terminal
import os

try:
    print(os.get_terminal_size().lines)
except OSError as error:
    print(error.errno)
