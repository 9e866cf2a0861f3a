# refused: memory
from concurrent.futures import ThreadPoolExecutor, as_completed, wait

with ThreadPoolExecutor(2) as pool:
    futures = {pool.submit(str, word): word for word in ("a", "bb", "ccc", "dddd")}
    wait(futures)
print(*(futures[future] for future in as_completed(futures)))
