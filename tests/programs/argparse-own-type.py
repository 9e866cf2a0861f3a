import argparse


def positive(text):
    n = int(text)
    if n <= 0:
        raise argparse.ArgumentTypeError(f"{n} is not positive")
    return n


parser = argparse.ArgumentParser()
parser.add_argument("n", type=positive)
print(parser.parse_args(["5"]).n)
parser.parse_args(["0"])
