"""Rigorous enclosures of a term on intervals, and its sign on a whole domain."""
