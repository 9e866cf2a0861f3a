import argparse

parser = argparse.ArgumentParser(description="Adds numbers.")
parser.add_argument("numbers", nargs="*", type=int, default=[1, 2])
parser.add_argument("--verbose", action="store_true")
args = parser.parse_args()
print(args, sum(args.numbers))
