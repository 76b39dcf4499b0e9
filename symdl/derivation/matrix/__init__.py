"""Gradients of arrays in matrix notation, for all sizes, with the steps that lead there."""
