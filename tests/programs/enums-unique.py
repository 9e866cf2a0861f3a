from enum import Enum, unique


@unique
class Day(Enum):
    MON = 1
    TUE = 2
    MONDAY = 1
