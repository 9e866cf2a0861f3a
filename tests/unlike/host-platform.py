# refused: host
import platform

print(platform.node())
