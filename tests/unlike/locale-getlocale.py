# refused: locale
import locale

print(locale.getlocale())
