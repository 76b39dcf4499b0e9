"""Runs over files: in how many processes, within which limits, with what is kept of earlier ones."""
