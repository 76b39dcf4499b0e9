"""What is said of all distributions, at one of them."""
