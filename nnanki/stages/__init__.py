"""The order of the stages, and the deck that comes of it."""
