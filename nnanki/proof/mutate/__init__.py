"""Small changes to a definition: every one should make a test fail."""

from nnanki.proof.mutate.builtin import OPERATORS
from nnanki.proof.mutate.mutants import Mutant, code_digest, mutants
from nnanki.proof.mutate.registry import Changes, Operator, operator
from nnanki.proof.mutate.sites import callee, first_of, nodes, one, removed, renamed
from nnanki.proof.mutate.splice import Change, Module

__all__ = [
    "OPERATORS",
    "Change",
    "Changes",
    "Module",
    "Mutant",
    "Operator",
    "callee",
    "code_digest",
    "first_of",
    "mutants",
    "nodes",
    "one",
    "operator",
    "removed",
    "renamed",
]
