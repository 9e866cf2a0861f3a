from dataclasses import InitVar, dataclass, field


@dataclass
class Square:
    side: int
    scale: InitVar[int] = 1
    area: int = field(init=False, repr=False)

    def __post_init__(self, scale):
        self.side *= scale
        self.area = self.side**2


s = Square(2, scale=3)
print(s, s.area)
