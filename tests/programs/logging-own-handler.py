import logging


class Keeping(logging.Handler):
    def __init__(self):
        super().__init__()
        self.kept = []

    def emit(self, record):
        self.kept.append((record.levelname, record.getMessage(), record.module))


handler = Keeping()
logging.getLogger().addHandler(handler)
logging.error("x = %r", "1")
print(handler.kept)
