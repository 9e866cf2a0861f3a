# refused: outside-file
print("processor" in open("/proc/cpuinfo").read())
