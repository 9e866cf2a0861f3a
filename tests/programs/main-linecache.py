import linecache

print(linecache.getline(__file__, 1), end="")
print(linecache.getline(__file__, 99) == "")
