# refused: user
import os

print(os.getresuid())
