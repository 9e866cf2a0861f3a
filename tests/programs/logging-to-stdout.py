import logging
import sys

logging.basicConfig(stream=sys.stdout, level="DEBUG", format="%(module)s %(funcName)s %(message)s")


def work():
    logging.debug("inside")


work()
logging.info("outside")
