"""What a learner of one package gets by importing another, as values and in words."""

from nnanki.anki.diff.compare import Change, Diff, Media, diff
from nnanki.anki.diff.losses import Loss
from nnanki.anki.diff.naming import Item

__all__ = ["Change", "Diff", "Item", "Loss", "Media", "diff"]
