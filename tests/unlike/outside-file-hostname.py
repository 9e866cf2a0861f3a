# refused: outside-file
try:
    print(len(open("/etc/hostname").read()) > 0)
except OSError as error:
    print(error)
