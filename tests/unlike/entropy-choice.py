# refused: entropy
import secrets

print(secrets.choice(["heads", "heads"]))
