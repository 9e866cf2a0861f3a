print("ä ß € 漢字 🐍 ﷽ e\u0301")
print(len("e\u0301"), ascii("é漢🐍"), "straße".upper())
