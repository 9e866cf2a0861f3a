"""Rules of our own for markdown-it: formulas, emphasis, cells of tables, comments."""
