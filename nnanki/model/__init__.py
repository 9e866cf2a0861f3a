"""The nouns: what flows between the folders, and how a problem looks."""
