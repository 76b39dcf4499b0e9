"""Proofs for the second checker, found by walking with its kernel and writing down each step."""
