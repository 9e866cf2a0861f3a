try:
    error = ValueError("bad row")
    error.add_note("in line 3")
    error.add_note("of people.csv")
    raise error
except ValueError as caught:
    print(caught, caught.__notes__)
    raise
