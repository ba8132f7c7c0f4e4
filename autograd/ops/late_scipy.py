"""Families on top of SciPy; declared when a SciPy function meets a Tensor, or a module here that needs SciPy is used."""
