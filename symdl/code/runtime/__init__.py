"""Helpers that generated code carries along, as source text: one file a subject and language.

helpers            which of them a body needs
tables             coefficients of polynomials, for all languages
numpy_logistic     around exp and tanh
numpy_normal       the normal distribution and erf
numpy_gamma        Gamma, binomials
numpy_differences  what cancels: exp(x) - 1 - x, x log(x/y) - x + y, sqrt(1 + x^2) - 1
numpy_arrays       types, shapes, axes
places             how far affine places go, for all languages of arrays
numpy_places       entries at affine places (torch_places, jax_places the same)
numpy_whole        places and counts as whole numbers (torch_whole, jax_whole the same)
numpy_quadrature   definite integrals
torch_helpers      the same for PyTorch
torch_differences  and what cancels, for PyTorch
jax_helpers        where JAX needs another than NumPy's
scalar.c           the same for C, one number at a time
"""
