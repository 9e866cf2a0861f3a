import gc


class Node:
    def __del__(self):
        print("deleted")


gc.disable()
gc.collect()
a, b = Node(), Node()
a.other, b.other = b, a
del a, b
print("not yet")
print(gc.collect() >= 2)
