# refused: outside-file
import sqlite3

try:
    sqlite3.connect("file:/etc/passwd?mode=ro", uri=True).execute("SELECT 1 FROM sqlite_master")
except sqlite3.DatabaseError as error:
    print(error)
