# refused: network
import socket

try:
    print(socket.gethostbyname("example.invalid"))
except socket.gaierror:
    print("unknown host")
