import sqlite3

db = sqlite3.connect(":memory:")
db.execute("CREATE TABLE t (name TEXT, n INTEGER)")
db.executemany("INSERT INTO t VALUES (?, ?)", [("a", 1), ("b", 2), ("a", 3)])
print(db.execute("SELECT name, SUM(n) FROM t GROUP BY name ORDER BY name").fetchall())
db.execute("SELECT * FROM missing")
