tree_code = compile("1 + 2 * 3", "formula", "eval")
print(eval(tree_code), tree_code.co_filename)
try:
    compile("1 +", "formula", "eval")
except SyntaxError as error:
    print(error.msg, error.lineno, error.offset, error.filename)
