import warnings

warnings.warn("shown in __main__", DeprecationWarning)
warnings.warn("not shown", PendingDeprecationWarning)
print(__name__)
