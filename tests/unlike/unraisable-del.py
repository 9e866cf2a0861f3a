# refused: unraisable
class Thing:
    def __del__(self):
        raise ValueError("lost")


Thing()
print("done")
