from collections import ChainMap, Counter, OrderedDict, defaultdict, deque, namedtuple

print(Counter("mississippi").most_common(2), Counter(a=1) - Counter(a=2))
d = defaultdict(list)
d["x"].append(1)
print(d, deque([1, 2, 3], maxlen=2), ChainMap({"a": 1}, {"a": 2, "b": 3})["b"])
P = namedtuple("P", "x y")
print(P(1, 2)._replace(y=5), OrderedDict(a=1), P(1, 2) == (1, 2))
P(1)
