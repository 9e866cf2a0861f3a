"""Runs tests and mutants in processes of their own, each in a copy of the project."""
