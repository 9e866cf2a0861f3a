import multiprocessing as mp


def root(x):
    return x**0.5 if x >= 0 else 1 / 0


if __name__ == "__main__":
    with mp.Pool(1) as pool:
        try:
            pool.map(root, [4, -1])
        except ZeroDivisionError as error:
            print("came back:", error)
