try:
    raise SystemExit("leaving")
except SystemExit as leaving:
    print(repr(leaving.code))
print("stayed")
