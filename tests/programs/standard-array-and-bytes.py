from array import array

a = array("i", [1, 2, 3])
print(a, a.itemsize, bytes([65, 66]), bytearray(b"ab") + b"c", b"\x00\xff".hex())
print(bytes("é", "utf-8"), b"abc"[0], b"abc"[:1])
bytes([256])
