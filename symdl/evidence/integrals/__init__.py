"""Integrals: antiderivatives that are guessed and then proved, and rigorous quadrature."""
