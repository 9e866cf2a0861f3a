import logging
import warnings

logging.captureWarnings(True)
warnings.warn("through logging")
print("done")
