"""The exact zero test: everything over polynomials in kernels and a basis of exponents."""
