import configparser
import tomllib

c = configparser.ConfigParser()
c.read_string("[a]\nx = 1\ny = %(x)s2\n")
print(c["a"]["y"], dict(c["a"]), c.read("missing.ini"))
print(tomllib.loads("a = [1, 2.5]\n[t]\nd = 2024-01-01"))
tomllib.loads("a = ")
