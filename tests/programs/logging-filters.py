import logging


class Without(logging.Filter):
    def filter(self, record):
        return "secret" not in record.getMessage()


logging.basicConfig(format="%(message)s")
log = logging.getLogger("x")
log.addFilter(Without())
log.warning("a secret")
log.warning("no news")
