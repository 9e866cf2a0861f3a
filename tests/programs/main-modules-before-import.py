import sys

for name in ["decimal", "sqlite3", "numpy"]:
    print(name, name in sys.modules)
import decimal

print("decimal" in sys.modules)
