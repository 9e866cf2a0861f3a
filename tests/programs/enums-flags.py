from enum import Flag, IntEnum, auto


class Mode(Flag):
    READ = auto()
    WRITE = auto()
    RUN = auto()


class Level(IntEnum):
    LOW = 1
    HIGH = 3


both = Mode.READ | Mode.RUN
print(both, Mode.WRITE in both, both.value)
print(sorted([Level.HIGH, Level.LOW]), Level.HIGH + 1, f"{Level.LOW}")
