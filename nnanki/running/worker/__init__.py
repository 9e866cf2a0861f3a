"""Runs card code in processes of its own and says what it did.

Of the standard library alone; it imports nothing of nnanki, so that a project's own
folder is what `import` finds.
"""
