# refused: terminal
import os

print("\033[1mbold\033[0m" if os.isatty(1) else "plain")
