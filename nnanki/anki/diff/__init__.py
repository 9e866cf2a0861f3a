"""What a learner of one package gets by importing another, as values and in words."""

from nnanki.anki.diff.compare import Diff, MediaDiff, NoteChange, compare_packages
from nnanki.anki.diff.losses import Loss
from nnanki.anki.diff.naming import Label

__all__ = ["Diff", "Label", "Loss", "MediaDiff", "NoteChange", "compare_packages"]
