from dataclasses import asdict, dataclass, field, replace


@dataclass
class Item:
    name: str
    price: float = 0.0
    tags: list[str] = field(default_factory=list)


tea = Item("tea", 2.5)
tea.tags.append("hot")
print(tea)
print(replace(tea, price=3))
print(asdict(tea), tea == Item("tea", 2.5, ["hot"]))
