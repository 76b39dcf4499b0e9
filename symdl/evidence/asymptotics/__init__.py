"""Certified expansions at infinity and beside a point."""
