import base64
import urllib.parse
import uuid

print(base64.b64encode("grün".encode()), base64.b32encode(b"x"))
print(urllib.parse.quote("a b&ü"), urllib.parse.urlsplit("http://u@h:8/p?q=1#f").port)
print(uuid.uuid5(uuid.NAMESPACE_DNS, "example.org"), uuid.UUID(int=1))
