import weakref


class File:
    pass


f = File()
weakref.finalize(f, print, "first finalized at exit or when it dies")
g = File()
finalizer = weakref.finalize(g, print, "g is gone")
del g
print(finalizer.alive)
print("main ends")
