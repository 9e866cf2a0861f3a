# refused: outside-file
try:
    open("/nonexistent/settings.ini")
except FileNotFoundError:
    print("using defaults")
