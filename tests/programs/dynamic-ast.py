import ast

tree = ast.parse("total = a + 2")
print(ast.dump(tree, indent=2))
print(ast.unparse(tree), ast.literal_eval("[1, (2, 3)]"))
