# refused: locale
import locale

try:
    print(locale.setlocale(locale.LC_ALL, ""))
except locale.Error as error:
    print(error)
