"""Kernels generated in Python as LLVM IR for this CPU: arrays in, arrays out, faster twins of the NumPy references.

`host` knows the CPU, `code` is the generator that all kernels are written with, `kernel` makes native functions of what
it wrote (with `engine`, which drives LLVM, and `cache`, which keeps object code on disk), `threads` and `calls` run
them. The other modules are families of kernels. llvmlite is imported when the first kernel is wanted.
"""
