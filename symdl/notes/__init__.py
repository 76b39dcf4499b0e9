"""Documents as a person reads them: what holds where, what is claimed, and whether it is true."""
