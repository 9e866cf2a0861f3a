größe = {"länge": 3}
print(größe["breite"])
