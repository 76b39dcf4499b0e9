"""Sums, products and series: closed forms, induction, dots written out."""
