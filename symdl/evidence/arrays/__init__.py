"""Claims about arrays: for all sizes by index forms, at concrete sizes, and about shapes."""
