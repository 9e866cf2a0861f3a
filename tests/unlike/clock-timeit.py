# refused: clock
import timeit

print(f"{timeit.timeit('1 + 1', number=1000):.9f}")
