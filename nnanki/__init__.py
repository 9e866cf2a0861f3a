"""Flashcards that can't be wrong."""

__version__ = "0.1.0"
