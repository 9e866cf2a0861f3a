"""From a proved card to a note: both sides of it, its pictures, what learners have."""
