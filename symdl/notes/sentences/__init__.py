"""Passages sentence by sentence: which formulas are claims, conditions, givens, denied."""
