import gzip
import zlib

data = b"abc" * 1000
packed = gzip.compress(data, mtime=0)
print(gzip.decompress(packed) == data, zlib.crc32(data))
with gzip.open("x.gz", "wt", encoding="utf-8") as f:
    f.write("häh\n")
print(gzip.open("x.gz", "rt", encoding="utf-8").readline())
