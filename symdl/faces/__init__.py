"""What people hold in Python: expressions, formulas, pseudo-code, and code out of them."""
