import multiprocessing as mp


def child():
    raise ValueError("in the child")


if __name__ == "__main__":
    p = mp.get_context("fork").Process(target=child, name="child")
    p.start()
    p.join()
    print("exit code", p.exitcode)
