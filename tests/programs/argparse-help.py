import argparse

parser = argparse.ArgumentParser(description="Counts words.", epilog="That is all.")
parser.add_argument("file", help="what to read")
parser.add_argument("-n", "--top", type=int, default=3, metavar="N", help="how many (default: %(default)s)")
parser.parse_args(["--help"])
