# refused: user
import getpass

try:
    print(getpass.getuser())
except Exception as error:
    print("nobody:", type(error).__name__)
