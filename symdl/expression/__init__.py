"""What mathematics means: a syntax tree to a typed, exact Term that never evaluates itself."""
