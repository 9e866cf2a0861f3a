"""A project's files: what a run has read of them, and what it keeps beside them."""
