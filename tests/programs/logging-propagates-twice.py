import logging
import sys

root, child = logging.getLogger(), logging.getLogger("a.b")
for log in (root, child):
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter(f"{log.name} handler: %(message)s"))
    log.addHandler(handler)
child.warning("twice")
child.propagate = False
child.warning("once")
