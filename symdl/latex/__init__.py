"""How LaTeX is spelled: text to a syntax tree, with a span on every node."""
