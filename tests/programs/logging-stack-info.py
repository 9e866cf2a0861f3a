import logging

logging.basicConfig(format="%(filename)s: %(message)s")


def f():
    logging.warning("who called?", stack_info=True)


f()
