from typing import Generic, NamedTuple, Protocol, TypeVar, get_args, runtime_checkable

T = TypeVar("T")


class Stack(Generic[T]):
    ...


@runtime_checkable
class Sized(Protocol):
    def __len__(self) -> int: ...


class P(NamedTuple):
    x: int
    y: int = 2


print(Stack[int], T, isinstance([], Sized), isinstance(1, Sized), P(1), get_args(dict[str, int]))
print(int | None, list[int] == list[int])
