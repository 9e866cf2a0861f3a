# refused: terminal
import os

with os.fdopen(os.dup(1), "w") as other:
    other.write("late, since it is buffered\n")
    print("early")
print("last")
