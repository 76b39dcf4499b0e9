"""Pseudo-code as a program: what stands in it, how it is read, what one turn of its loop does."""
