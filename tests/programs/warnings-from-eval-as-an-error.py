import warnings

warnings.simplefilter("error")
try:
    eval("1 is 1")
except SyntaxError as error:
    print("SyntaxError:", error.msg)
