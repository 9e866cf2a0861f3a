import re

print(re.findall(r"(\w)(\d)", "a1 b2 c"), re.sub(r"\b(\w)", lambda m: m[1].upper(), "ab cd"))
print(re.match(r"(?P<y>\d{4})-(?P<m>\d\d)", "2024-05x").groupdict())
print(re.split(r"[,;]\s*", "a, b;c"), re.compile("a", re.I))
re.compile("(")
