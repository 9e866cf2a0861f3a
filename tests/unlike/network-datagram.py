# refused: network
import socket

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    try:
        print(s.sendto(b"hi", ("192.0.2.1", 9)))
    except OSError:
        print("unreachable")
