import socket
import threading

server = socket.create_server(("127.0.0.1", 0))


def answer():
    connection, _ = server.accept()
    with connection:
        connection.sendall(connection.recv(99).upper())


t = threading.Thread(target=answer)
t.start()
with socket.create_connection(server.getsockname()) as client:
    client.sendall(b"hello")
    print(client.recv(99))
t.join()
server.close()
