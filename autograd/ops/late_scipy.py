"""Families on top of SciPy; declared when a SciPy function meets a Tensor, or a module is used that needs it."""
