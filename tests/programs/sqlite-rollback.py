import sqlite3

db = sqlite3.connect(":memory:", isolation_level=None)
db.row_factory = sqlite3.Row
db.execute("CREATE TABLE t (x UNIQUE)")
db.execute("BEGIN")
db.execute("INSERT INTO t VALUES (1)")
db.execute("ROLLBACK")
print(db.execute("SELECT COUNT(*) AS n FROM t").fetchone()["n"])
db.execute("INSERT INTO t VALUES (1)")
db.execute("INSERT INTO t VALUES (1)")
