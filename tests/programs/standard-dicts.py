d = {"b": 1, "a": 2}
d |= {"c": 3}
print(d, list(reversed(d)), d.keys() & {"a", "z"}, sorted(d, key=d.get))
print({k: v for k, v in d.items() if v > 1}, d.setdefault("e", 5), d.pop("zz", None))
for k in d:
    d[k + "!"] = 0
