import struct

print(struct.pack("<IhB", 1, -2, 3), struct.unpack(">d", bytes.fromhex("3ff8000000000000")))
print(struct.calcsize("=ibq"), memoryview(b"abcd")[1:3].tobytes())
struct.pack("B", 256)
