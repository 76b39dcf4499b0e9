"""How exact generated code is: its error against balls, over all numbers of a format.

formats   float64, float32, float16, bfloat16: what a unit in the last place is
points    which arguments: every size, and around zeros, kinks and limits of the format
truth     the certified value at exact arguments, and what rounding them alone does to it
subject   a formula with its derivatives, and everything that computes them here
peers     the functions of PyTorch and JAX that compute the same
measure   errors in units of the last place, and what they come to
account   the table, JSON and SVG for people
"""
