"""Claims made in words, tables, code and procedures."""
