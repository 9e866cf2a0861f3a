import argparse

parser = argparse.ArgumentParser()
commands = parser.add_subparsers(dest="command", required=True)
add = commands.add_parser("add")
add.add_argument("x", type=int)
print(parser.parse_args(["add", "3"]))
print(parser.format_usage(), end="")
parser.parse_args(["add", "three"])
