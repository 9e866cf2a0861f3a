# refused: outside-file
with open("/dev/urandom", "rb") as f:
    print(len(f.read(4)))
