"""How Terms run: readable source, and functions made of it."""
