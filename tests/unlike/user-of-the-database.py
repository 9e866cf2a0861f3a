# refused: user
import os
import pwd

try:
    print(pwd.getpwuid(os.getuid()).pw_name)
except KeyError:
    print("unknown")
