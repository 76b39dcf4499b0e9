"""Runs over files: which processes do them, within which limits, and what is kept of them."""
