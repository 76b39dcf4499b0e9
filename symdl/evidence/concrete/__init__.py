"""Claims about arrays at concrete sizes, as plain arithmetic on their entries.

It shares no rule with the index forms of `derivation/index/`, so that it can judge them.
"""
