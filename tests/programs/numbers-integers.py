import math

print(2**100, -7 // 2, -7 % 3, divmod(-7, 3), int("ff", 16), 1_000)
print(math.comb(50, 6), math.isqrt(10**30), math.gcd(12, 18), (255).bit_length())
print((1024).to_bytes(2, "big"), int.from_bytes(b"\x04\x00", "little"), ~5, 5 ^ 3)
print(int("1" * 5000))
