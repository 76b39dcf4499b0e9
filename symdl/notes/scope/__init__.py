"""What holds where in a document: declarations, conditions, values at a point, withdrawals."""
