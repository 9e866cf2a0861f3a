import locale

print(locale.setlocale(locale.LC_ALL, "C"))
print(f"{1234567.891:n} {1234567.891:,.2f}", sorted("äzaZ"))
locale.setlocale(locale.LC_ALL, "xx_XX")
