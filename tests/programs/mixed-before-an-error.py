print("half a line", end="")
1 / 0
