"""What claims are tried with that no certificate proves: points, and what is near to an end."""
