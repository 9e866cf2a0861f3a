import logging

print("first")
logging.warning("late")
print("second")
