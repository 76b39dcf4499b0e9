"""Claims about derivatives that no comparison of two terms decides: kinks, every order, names."""
