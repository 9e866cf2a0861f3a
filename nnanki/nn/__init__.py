"""The reference implementations that cards quote: one module per idea."""
