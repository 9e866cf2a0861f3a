raise ExceptionGroup(
    "outer", [ValueError(1), ExceptionGroup("inner", [TypeError("t"), OSError(2, "no")])]
)
