"""The way into a running Anki: what is there, what would change, whether it did."""
