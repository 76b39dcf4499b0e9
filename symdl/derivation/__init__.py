"""How Terms change: derivatives with named steps."""
