# refused: network
import socket

try:
    socket.create_connection(("192.0.2.1", 80), timeout=0.1)
    print("connected")
except OSError:
    print("not connected")
