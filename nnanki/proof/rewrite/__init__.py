"""Other ways to write the same: what else could stand at a hidden place of code."""

from nnanki.proof.mutate.registry import Changes, Rewrite, rewrite
from nnanki.proof.rewrite.builtin import REWRITES
from nnanki.proof.rewrite.fillers import Filler, fillers

__all__ = ["REWRITES", "Changes", "Filler", "Rewrite", "fillers", "rewrite"]
