# refused: year
import time

print(time.localtime().tm_year)
