import warnings

print("before")
warnings.warn("this is old")
print("after")
