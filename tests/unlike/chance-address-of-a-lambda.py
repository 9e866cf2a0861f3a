# refused: chance
print(len({hash(object()) % 4096 for _ in range(3)}), lambda: 0)
