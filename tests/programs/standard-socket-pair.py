import select
import socket

a, b = socket.socketpair()
a.sendall(b"ping")
print(select.select([b], [], [], 1)[0] == [b], b.recv(10))
a.close()
print(b.recv(10))
b.close()
