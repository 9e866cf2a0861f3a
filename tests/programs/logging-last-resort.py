import logging

quiet = logging.getLogger("library")
quiet.info("nobody hears")
quiet.warning("the last resort")
logging.lastResort = None
quiet.warning("and without it")
