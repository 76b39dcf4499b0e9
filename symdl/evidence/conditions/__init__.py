"""Conditions of claims: what they mean, where they hold, what is proved under them."""
