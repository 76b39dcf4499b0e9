"""Images, and the values and places of maxima and minima."""
