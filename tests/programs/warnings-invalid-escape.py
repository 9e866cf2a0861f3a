print("\d", "\.", r"\d" == "\d")
