import locale

print(locale.setlocale(locale.LC_ALL))
print(locale.localeconv()["decimal_point"], locale.format_string("%.2f", 1234.5, grouping=True))
