import warnings


def show(message, category, filename, lineno, file=None, line=None):
    print(f"[{category.__name__}] {message} ({filename}, {lineno})")


warnings.showwarning = show
warnings.warn("mine")
