"""Whether what a card's code did is what the card says, and words for what is not."""

from nnanki.running.verdict.card import results_of as results_of
from nnanki.running.verdict.card import verdict as verdict
