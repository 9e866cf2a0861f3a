# refused: date
import sqlite3

print(sqlite3.connect(":memory:").execute('select date("now")').fetchone())
