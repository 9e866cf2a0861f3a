import multiprocessing

print("module runs as", __name__)


def child():
    print("child in", __name__, multiprocessing.current_process().name)


if __name__ == "__main__":
    p = multiprocessing.get_context("spawn").Process(target=child)
    p.start()
    p.join()
    print("exit code", p.exitcode)
