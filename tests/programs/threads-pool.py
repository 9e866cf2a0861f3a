from concurrent.futures import ThreadPoolExecutor

with ThreadPoolExecutor(3) as pool:
    print(list(pool.map(len, ["a", "bb", "ccc"])))
    future = pool.submit(int, "x")
print(future.exception())
future.result()
