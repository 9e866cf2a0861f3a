import warnings

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    warnings.warn("one", FutureWarning)
    warnings.warn("two")
for w in caught:
    print(w.category.__name__, w.message, w.filename, w.lineno)
