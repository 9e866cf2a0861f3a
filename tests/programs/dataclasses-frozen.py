from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Version:
    major: int
    minor: int = 0


print(Version(1, 2) < Version(1, 10), {Version(3)})
Version(1).major = 2
