# refused: hash-seed
import ast

print(ast.literal_eval("{'a', 'b'}"))
