import logging

logging.basicConfig(level=logging.INFO, format="%(levelname)s:%(name)s:%(lineno)d:%(message)s")
logging.debug("not shown")
logging.info("%d cards", 3)
logging.getLogger("deck").error("no %s", "output")
