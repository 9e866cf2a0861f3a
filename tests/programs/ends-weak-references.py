import weakref


class Node:
    pass


a = Node()
ref = weakref.ref(a, lambda r: print("collected"))
print(ref() is a)
del a
print(ref())
cache = weakref.WeakValueDictionary()
cache["x"] = b = Node()
print(len(cache))
b = None
print(len(cache))
