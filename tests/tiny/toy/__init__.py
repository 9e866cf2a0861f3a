"""What the tiny deck quotes."""
