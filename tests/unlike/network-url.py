# refused: network
import urllib.request

try:
    print(urllib.request.urlopen("http://example.invalid/", timeout=1).status)
except OSError:
    print("no network")
