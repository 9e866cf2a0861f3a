# refused: entropy
import uuid

print(uuid.uuid4().version)
