import argparse

parser = argparse.ArgumentParser()
parser.add_argument("file")
print("parsing")
parser.parse_args()
