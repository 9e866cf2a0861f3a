"""One file for each command; with `cli`, the only rooms that print and exit."""
