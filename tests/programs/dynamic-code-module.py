import code

code.InteractiveInterpreter({"x": 1}).runsource("x + 1")
code.InteractiveInterpreter().runsource("1 / 0")
print("after")
