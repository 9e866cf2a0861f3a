import cmath
import math
import statistics

print(math.fsum([0.1] * 10), sum([0.1] * 10), math.isclose(0.1 + 0.2, 0.3))
print(cmath.sqrt(-1), complex(1, -0.0), abs(3 + 4j), statistics.pstdev([1, 2, 3, 4]))
math.sqrt(-1)
