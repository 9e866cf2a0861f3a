print("reading")
line = input("> ")
