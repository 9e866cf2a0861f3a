import time

a = time.monotonic()
time.sleep(0.01)
print(time.monotonic() - a >= 0.01, time.perf_counter() >= 0)
print(time.gmtime(0).tm_year, time.strftime("%H:%M", time.gmtime(3600 * 5)))
