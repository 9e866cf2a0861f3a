# refused: host
import socket

print(len(socket.gethostname()))
