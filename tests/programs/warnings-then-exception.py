import warnings

warnings.warn("careful")
raise ValueError("told you")
