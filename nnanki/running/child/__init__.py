"""What the processes that run other people's code have in common."""
