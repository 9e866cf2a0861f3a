"""Packages and collections of anybody: read, compared, and brought into Anki."""
