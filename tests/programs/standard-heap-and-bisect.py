import bisect
import heapq

h = [5, 1, 4]
heapq.heapify(h)
heapq.heappush(h, 0)
print(h, [heapq.heappop(h) for _ in range(4)], heapq.nlargest(2, [3, 9, 4]))
xs = [1, 3, 3, 5]
print(bisect.bisect(xs, 3), bisect.bisect_left(xs, 3), list(heapq.merge([1, 4], [2, 3])))
heapq.heappop([])
