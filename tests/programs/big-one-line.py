print("ab" * 25000)
