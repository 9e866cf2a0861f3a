# refused: hash-seed
prices, stock = {"apple": 1, "pear": 2}, {"apple": 5, "pear": 0, "fig": 1}
p, s = prices.keys(), stock.keys()
for k in p & s:
    print(k)
