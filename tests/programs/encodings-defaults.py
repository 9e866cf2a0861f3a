import locale
import sys

print(sys.getdefaultencoding(), sys.getfilesystemencoding(), sys.stdin.encoding)
print(locale.getpreferredencoding().lower())
