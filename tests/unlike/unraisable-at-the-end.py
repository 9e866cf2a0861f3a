# refused: unraisable
class Thing:
    def __del__(self):
        {}["x"]


kept = Thing()
print("done")
