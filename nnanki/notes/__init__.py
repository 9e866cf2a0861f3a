"""From evidence to fields: both sides of a card, its pictures, what learners have."""
