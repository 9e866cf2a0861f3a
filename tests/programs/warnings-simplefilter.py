import warnings

warnings.simplefilter("always")
for _ in range(2):
    warnings.warn("each time")
warnings.simplefilter("ignore")
warnings.warn("never")
warnings.simplefilter("error")
warnings.warn("stops here", UserWarning)
