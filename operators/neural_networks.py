"""What learners of neural networks get wrong, in the words of this deck.

nnanki's own operators make these changes in any code; their sentences name no subject.
"""

from nnanki.proof.mutate import Changes, Module, arithmetic, operator


@operator("The kink of ReLU lies at 0.", replaces=True)
def shift_threshold(module: Module) -> Changes:
    yield from arithmetic.shift_threshold.make(module)


@operator(
    "The larger of zero and x is ReLU; the smaller one keeps the negatives.",
    replaces=True,
)
def swap_max_and_min(module: Module) -> Changes:
    yield from arithmetic.swap_max_and_min.make(module)


@operator(
    "The gradient points uphill, so a step that adds it makes the loss grow.",
    replaces=True,
)
def flip_step(module: Module) -> Changes:
    yield from arithmetic.flip_step.make(module)


@operator(
    "Gradients flow from the loss back: the last operation comes first.", replaces=True
)
def drop_reversed(module: Module) -> Changes:
    yield from arithmetic.drop_reversed.make(module)
