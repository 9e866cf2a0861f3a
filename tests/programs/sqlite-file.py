import sqlite3
from contextlib import closing
from pathlib import Path

with closing(sqlite3.connect("x.db")) as db, db:
    db.execute("CREATE TABLE t (x)")
    db.execute("INSERT INTO t VALUES (NULL), (1.5), ('é'), (x'00ff')")
with closing(sqlite3.connect("x.db")) as db:
    print(list(db.execute("SELECT x, typeof(x) FROM t")))
print(sorted(p.name for p in Path().iterdir()))
