"""What people hold in Python: expressions, formulas of the library, pseudo-code, and code out of them."""
