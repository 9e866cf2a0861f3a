# refused: clock
import uuid

print(uuid.uuid1().time)
