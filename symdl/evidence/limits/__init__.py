"""Limits, and claims of growth: what is asked of one, its cases, the ways to it."""
