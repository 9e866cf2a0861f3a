import hashlib

print(hash(1), hash(1.0), hash(-1), hash(-2), hash(2**61 - 1), hash(0.5))
print(hashlib.sha256(b"abc").hexdigest()[:16], hashlib.md5(b"").hexdigest())
print({1, 2, 3, 10, 5}, {1: "a", True: "b", 1.0: "c"})
