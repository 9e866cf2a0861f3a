import logging

log = logging.getLogger(__name__)
print(log.name, log.level, log.getEffectiveLevel())
for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR):
    log.log(level, "at %s", logging.getLevelName(level))
log.setLevel(logging.ERROR)
log.warning("hidden now")
