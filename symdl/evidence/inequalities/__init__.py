"""Claims of order for every point: in one variable, in several, on lines between ends."""
