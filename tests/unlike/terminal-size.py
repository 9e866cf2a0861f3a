# refused: terminal
import shutil

print("-" * shutil.get_terminal_size().columns)
