import argparse

parser = argparse.ArgumentParser(prog="paint")
parser.add_argument("--color", choices=["red", "blue"])
print(parser.parse_args(["--color", "red"]).color)
try:
    parser.parse_args(["--color", "pink"])
except SystemExit as error:
    print("status", error.code)
