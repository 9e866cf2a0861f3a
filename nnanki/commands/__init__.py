"""One file for each command; with `cli`, the only modules that print and exit."""
