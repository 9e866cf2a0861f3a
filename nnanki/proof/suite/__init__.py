"""Runs a project's tests, then breaks the code they prove, and says what they noticed.

A script in a process of its own; of the standard library, pytest and coverage alone,
so that a project's own folder is what `import` finds.
"""
