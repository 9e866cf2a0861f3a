# refused: entropy
import secrets

print(len(secrets.token_hex(4)))
