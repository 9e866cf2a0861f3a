import warnings


class SlowWarning(UserWarning):
    pass


warnings.warn("bubble sort", SlowWarning)
warnings.filterwarnings("ignore", category=SlowWarning)
warnings.warn("bubble sort again", SlowWarning)
warnings.warn(SlowWarning("as an object"))
