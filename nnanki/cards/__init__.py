"""Text to cards, to what each of them owes, and whether it is good to study."""
