# refused: warning
import multiprocessing
import warnings


def child():
    warnings.warn("from a child")


if __name__ == "__main__":
    p = multiprocessing.get_context("fork").Process(target=child)
    p.start()
    p.join()
    print("joined")
