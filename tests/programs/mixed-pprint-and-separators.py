from pprint import pprint

pprint({"b": list(range(30)), "a": {"x": "y" * 70, "z": ("w" * 30,)}})
print(1, 2, 3, sep="\n", end="!\n")
print()
print("", "")
