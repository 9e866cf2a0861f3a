# refused: year
import sqlite3

print(sqlite3.connect(":memory:").execute("select strftime('%Y')").fetchone())
