import threading


def hook(args):
    print("thread", args.thread.name, "died:", args.exc_type.__name__)


threading.excepthook = hook
t = threading.Thread(target=lambda: 1 / 0, name="divider")
t.start()
t.join()
