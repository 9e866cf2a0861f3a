# refused: processors
from concurrent.futures import ThreadPoolExecutor

with ThreadPoolExecutor() as pool:
    print(pool._max_workers)
