"""Every card on one page, and how much work they are."""
