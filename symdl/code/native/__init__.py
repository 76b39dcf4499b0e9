"""Compiled code: one fused C loop for value and derivatives, built by the system's compiler.

source    Terms    -> the C text of a kernel
build     C text   -> a checked shared library in the user's cache folder
call      arrays   -> one call of the kernel, or the NumPy function where none compiles
"""
