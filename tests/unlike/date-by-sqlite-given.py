# refused: date
import sqlite3

con = sqlite3.connect(":memory:")
print(con.execute("select strftime(?, ?)", ("%Y", "now")).fetchone())
