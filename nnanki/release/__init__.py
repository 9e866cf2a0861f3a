"""Notes into the world: packed, looked through, run again, and announced."""
