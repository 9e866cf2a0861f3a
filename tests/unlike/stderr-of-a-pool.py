# refused: stderr
import multiprocessing
import sys


def square(x):
    print("squaring", x, file=sys.stderr)
    return x * x


if __name__ == "__main__":
    with multiprocessing.Pool(1) as pool:
        print(pool.map(square, [3]))
