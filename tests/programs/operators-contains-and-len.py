class Box:
    def __len__(self):
        print("len")
        return 0

    def __contains__(self, item):
        print("contains", item)
        return "yes"

    def __getitem__(self, index):
        print("getitem", index)
        if index > 1:
            raise IndexError
        return index * 10


box = Box()
print(bool(box), 3 in box, list(box))
