"""Code to take away: other languages and frameworks, and the run that checks it before it goes.

samples     arguments to compare at
header      C as one header with a test main
numba       a NumPy function compiled by Numba
onnx        an ONNX graph as text
optimizer   a recurrence as a PyTorch optimizer or an Optax transformation
checked     running an export beside the NumPy function, where its runtime is installed
"""
