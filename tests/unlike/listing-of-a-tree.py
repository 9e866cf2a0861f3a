# refused: listing
import os

for name in ("one", "two"):
    os.makedirs(f"{name}/inside")
print([folder for folder, _, _ in os.walk(".")])
