from itertools import accumulate, chain, combinations, groupby, pairwise, product, zip_longest

print(list(combinations("abc", 2)), list(pairwise([1, 2, 4])))
print([(k, list(g)) for k, g in groupby("aabca")])
print(list(accumulate([1, 2, 3])), list(zip_longest("ab", "x")), len(list(product([0, 1], repeat=3))))
print(list(chain.from_iterable([[1], [2, 3]])), next(iter([]), None))
