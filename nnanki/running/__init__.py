"""What a card's code does, and whether that is what the card says."""
